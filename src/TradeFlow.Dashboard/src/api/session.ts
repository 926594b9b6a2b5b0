import { ApiProblem, isRecord, toProblem, unreachable } from './problem';
import type { Session } from './types';

/** Of the answers that open or renew a session. One that renews its proof alone names no workspace. */
type Grant = Pick<Session, 'access_token' | 'expires_in'> & Partial<Pick<Session, 'tenant_id'>>;

export type SessionState = 'unknown' | 'signed-in' | 'signed-out';

/**
 * Holds the access token, in memory only: a script that reads storage or cookies finds nothing. The refresh token is an HttpOnly cookie that
 * this code never sees.
 */
export class SessionStore {
  #token: string | null = null;
  #expiresAt = 0;
  #state: SessionState = 'unknown';
  #tenant: string | null = null;
  #workspace = 0;
  #isMoved = false;
  #refreshing: Promise<string | null> | null = null;
  readonly #listeners = new Set<() => void>();

  get state(): SessionState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): SessionState => this.#state;

  /** All tabs share one session: another one may have taken it into another workspace, and this one hears of it with its next token. */
  accept(session: Grant): void {
    if (session.tenant_id !== undefined) {
      this.#isMoved = this.#tenant !== null && session.tenant_id !== this.#tenant;
      if (this.#isMoved) this.#workspace += 1;
      this.#tenant = session.tenant_id;
    }
    this.#token = session.access_token;
    this.#expiresAt = Date.now() + session.expires_in * 1000;
    this.#change('signed-in');
  }

  /** The session goes on in another workspace: whatever the page has of the one before is dropped with it. */
  enter(session: Grant): void {
    this.#workspace += 1;
    this.choose(session);
  }

  /** The session goes on in another workspace, and the page stays as it is: it shows nothing of any. */
  choose(session: Grant): void {
    this.#tenant = null;
    this.accept(session);
  }

  /** The last change of the workspace was made in another tab. */
  get isMoved(): boolean {
    return this.#isMoved;
  }

  /** Grows with every change of the workspace. */
  workspace = (): number => this.#workspace;

  clear(): void {
    this.#token = null;
    this.#tenant = null;
    this.#expiresAt = 0;
    this.#change('signed-out');
  }

  /** A token with at least 10 s of life, refreshed first when needed; null when nobody is logged in. */
  async token(): Promise<string | null> {
    if (this.#token !== null && Date.now() < this.#expiresAt - 10_000) return this.#token;
    return this.#state === 'signed-out' ? null : this.refresh();
  }

  /** One refresh at a time in this tab, and by the lock one at a time in all tabs: a refresh token works once. */
  refresh(): Promise<string | null> {
    this.#refreshing ??= underLock(() => this.#refreshNow()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async logOut(): Promise<void> {
    try {
      await fetch('/auth/logout', { method: 'POST', credentials: 'same-origin', headers: this.#bearer() });
    } finally {
      this.clear();
    }
  }

  #bearer(): Record<string, string> {
    return this.#token === null ? {} : { Authorization: `Bearer ${this.#token}` };
  }

  async #refreshNow(): Promise<string | null> {
    let response: Response;
    try {
      response = await fetch('/auth/refresh', { method: 'POST', credentials: 'same-origin' });
    } catch (error) {
      throw unreachable(error);
    }
    if (response.ok) {
      this.accept(parseSession(await response.json()));
      return this.#token;
    }
    // Only a verdict on the token ends the session. A busy or broken server says nothing about who we are.
    if (response.status === 400 || response.status === 401 || response.status === 422) {
      this.clear();
      return null;
    }
    throw toProblem(response, await response.json().catch(() => null));
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function parseSession(body: unknown): Grant {
  if (isRecord(body) && typeof body['access_token'] === 'string' && typeof body['expires_in'] === 'number')
    return {
      access_token: body['access_token'],
      expires_in: body['expires_in'],
      ...(typeof body['tenant_id'] === 'string' && { tenant_id: body['tenant_id'] }),
    };
  throw new ApiProblem({ status: 0, code: 'session.malformed', title: 'The server sent an answer that is not a session' });
}

async function underLock(work: () => Promise<string | null>): Promise<string | null> {
  return 'locks' in navigator ? await navigator.locks.request('tradeflow.refresh', work) : await work();
}

export const session = new SessionStore();
