/** An error answer of the server (RFC 9457) or of the way to it. `code` is stable and is what code branches on. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(init: {
    status: number;
    code: string;
    title: string;
    detail?: string | null;
    fields?: Record<string, readonly string[]>;
    retryAfterSeconds?: number | null;
    requestId?: string | null;
    members?: Record<string, unknown>;
  }) {
    super(init.detail ?? init.title);
    this.name = 'ApiProblem';
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.fields = init.fields ?? {};
    this.retryAfterSeconds = init.retryAfterSeconds ?? null;
    this.requestId = init.requestId ?? null;
    this.members = init.members ?? {};
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function fieldErrors(value: unknown): Record<string, readonly string[]> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([field, messages]) => [
      field,
      (Array.isArray(messages) ? messages : [messages]).filter((m): m is string => typeof m === 'string'),
    ]),
  );
}

const titles: Record<number, string> = {
  0: 'TradeFlow cannot be reached',
  401: 'You are not logged in',
  402: 'Your plan does not cover this',
  403: 'You are not allowed to do this',
  404: 'Not found',
  409: 'This has changed in the meantime',
  422: 'Something in the form needs attention',
  429: 'Too many requests',
  503: 'TradeFlow is busy',
  504: 'The broker did not answer',
};

/** Reads any error answer; an answer that is not problem+json (a proxy's page) still becomes a problem with a code. */
export function toProblem(response: Response, body: unknown): ApiProblem {
  const members = isRecord(body) ? body : {};
  const retry = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiProblem({
    status: response.status,
    code: text(members['code']) ?? `http.${response.status}`,
    title: text(members['title']) ?? titles[response.status] ?? 'Something went wrong',
    detail: text(members['detail']) ?? text(members['error']),
    fields: fieldErrors(members['errors']),
    retryAfterSeconds: Number.isFinite(retry) ? retry : null,
    requestId: response.headers.get('X-Request-Id'),
    members,
  });
}

/** What `fetch` throws when no answer came at all. */
export function unreachable(cause: unknown): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  return new ApiProblem({
    status: 0,
    code: 'network.unreachable',
    title: titles[0] ?? '',
    detail: 'No answer came back. Check your connection; nothing is retried by itself.',
  });
}

export const problemOf = (error: unknown): ApiProblem | null =>
  error === null || error === undefined ? null : unreachable(error);
