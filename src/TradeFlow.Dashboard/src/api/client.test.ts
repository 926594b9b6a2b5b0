import { afterEach, expect, test, vi } from 'vitest';
import { api, unwrap } from './client';
import { session } from './session';

afterEach(() => {
  vi.unstubAllGlobals();
  session.clear();
});

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

test('A_401_refreshes_once_and_asks_again_with_the_same_body', async () => {
  const seen: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    if (input === '/auth/refresh') return json(200, { access_token: 'fresh', expires_in: 600 });
    const request = input as Request;
    seen.push(`${request.headers.get('Authorization')} ${await request.text()}`);
    return seen.length === 1 ? json(401, { code: 'auth.invalid_token' }) : json(200, { success: true, pnl: 20, order_id: 'o' });
  });
  session.accept({ access_token: 'stale', expires_in: 600 });

  const result = await unwrap(api.POST('/api/orders/close', { body: { position_id: 'p' } }));

  expect(result).toMatchObject({ pnl: 20 });
  expect(seen).toEqual(['Bearer stale {"position_id":"p"}', 'Bearer fresh {"position_id":"p"}']);
});

test('A_problem_carries_code_fields_and_request', async () => {
  vi.stubGlobal('fetch', async () =>
    json(422, { code: 'validation.failed', title: 'No', detail: 'Some fields.', errors: { name: ['Too long.'] } }, { 'X-Request-Id': 'r1' }),
  );
  session.accept({ access_token: 't', expires_in: 600 });
  await expect(unwrap(api.GET('/api/user/me'))).rejects.toMatchObject({
    status: 422,
    code: 'validation.failed',
    message: 'Some fields.',
    fields: { name: ['Too long.'] },
    requestId: 'r1',
  });
});

test('A_page_of_a_proxy_is_a_problem_too', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
  session.accept({ access_token: 't', expires_in: 600 });
  await expect(unwrap(api.GET('/api/user/me'))).rejects.toMatchObject({ status: 502, code: 'http.502' });
});

test('No_answer_at_all_is_told_apart_from_an_error_answer', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  session.accept({ access_token: 't', expires_in: 600 });
  await expect(unwrap(api.GET('/api/user/me'))).rejects.toMatchObject({ status: 0, code: 'network.unreachable' });
});

test('What_is_meant_for_one_workspace_is_not_sent_to_another', async () => {
  const seen: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    if (input === '/auth/refresh') return json(200, { access_token: 'of-y', expires_in: 600, tenant_id: 'y' });
    seen.push((input as Request).headers.get('Authorization') ?? '');
    return json(401, { code: 'auth.invalid_token' });
  });
  session.accept({ access_token: 'of-x', expires_in: 600, tenant_id: 'x' });
  const before = session.workspace();

  await expect(unwrap(api.POST('/api/user/emergency_stop', { body: {} }))).rejects.toMatchObject({ code: 'session.other_workspace' });

  expect(seen).toEqual(['Bearer of-x']);
  expect(session.workspace()).toBe(before + 1);
});

test('Nor_when_the_token_has_ended_before_it_was_sent', async () => {
  const seen: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | string) => {
    if (input === '/auth/refresh') return json(200, { access_token: 'of-y', expires_in: 600, tenant_id: 'y' });
    seen.push((input as Request).url);
    return json(200, {});
  });
  session.accept({ access_token: 'of-x', expires_in: 1, tenant_id: 'x' });

  await expect(unwrap(api.POST('/api/user/emergency_stop', { body: {} }))).rejects.toMatchObject({ code: 'session.other_workspace' });

  expect(seen).toEqual([]);
});
