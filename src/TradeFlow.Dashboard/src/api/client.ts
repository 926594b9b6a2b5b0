import createClient from 'openapi-fetch';
import type { paths } from './schema';
import { confirmation } from './confirmation';
import { ApiProblem, isRecord, toProblem, unreachable } from './problem';
import { session } from './session';

/**
 * Adds the bearer token and, after a 401, refreshes once and asks again; where a fresh proof is asked for, it asks again once the person has given it.
 * Asking again is safe for every method: both are answered before anything is done.
 */
async function authorizedFetch(request: Request): Promise<Response> {
  const workspace = session.workspace();
  const again = request.clone();
  const answer = await refreshedFetch(request, workspace);
  if (!(await asksForProof(answer)) || !(await confirmation.ask(again.method === 'GET'))) return answer;
  return sendIn(workspace, again, await session.token());
}

async function refreshedFetch(request: Request, workspace: number): Promise<Response> {
  const again = request.clone();
  const first = await sendIn(workspace, request, await session.token());
  if (first.status !== 401 || session.state === 'signed-out') return first;
  const token = await session.refresh();
  return token === null ? first : sendIn(workspace, again, token);
}

/** What was meant for one workspace never goes to another, which the token that was waited for may be of: "flat all" would close what nobody looks at. */
async function sendIn(workspace: number, request: Request, token: string | null): Promise<Response> {
  if (session.workspace() !== workspace)
    throw new ApiProblem({
      status: 409,
      code: 'session.other_workspace',
      title: 'The workspace was changed in another tab',
      detail: 'The workspace was changed in another tab, so nothing was sent.',
    });
  return send(request, token);
}

async function asksForProof(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false;
  const body: unknown = await answer.clone().json().catch(() => null);
  return isRecord(body) && body['code'] === 'auth.confirm_required';
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable(error);
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: authorizedFetch });

/** For sign-up and log-in, where a 401 is an answer about the password and not about a session. */
export const anonymousApi = createClient<paths>({ baseUrl: window.location.origin, fetch: (request) => send(request, null) });

/** The data of an answer, or the problem thrown. */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw toProblem(response, error);
  // An answer without a body (204) has no data, and its type says so.
  return data as T;
}
