import { afterEach, describe, expect, test, vi } from 'vitest';
import { SessionStore } from './session';

const answer = (status: number, body: unknown = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const serve = (...responses: Response[]) => {
  const fetcher = vi.fn(async () => responses.shift() ?? answer(500));
  vi.stubGlobal('fetch', fetcher);
  return fetcher;
};

afterEach(() => vi.unstubAllGlobals());

describe('session', () => {
  test('Many_callers_at_once_refresh_once', async () => {
    const fetcher = serve(answer(200, { access_token: 'a1', expires_in: 600 }));
    const session = new SessionStore();
    const tokens = await Promise.all([session.token(), session.token(), session.refresh()]);
    expect(tokens).toEqual(['a1', 'a1', 'a1']);
    expect(fetcher).toHaveBeenCalledTimes(1);
  });

  test('A_token_near_its_end_is_renewed_before_use', async () => {
    serve(answer(200, { access_token: 'new', expires_in: 600 }));
    const session = new SessionStore();
    session.accept({ access_token: 'old', expires_in: 5 });
    expect(await session.token()).toBe('new');
  });

  test('A_refused_refresh_ends_the_session', async () => {
    serve(answer(401));
    const session = new SessionStore();
    session.accept({ access_token: 'old', expires_in: 0 });
    expect(await session.token()).toBeNull();
    expect(session.state).toBe('signed-out');
  });

  test('A_busy_server_does_not_log_anyone_out', async () => {
    serve(answer(503, { code: 'unavailable' }));
    const session = new SessionStore();
    session.accept({ access_token: 'old', expires_in: 0 });
    await expect(session.token()).rejects.toMatchObject({ code: 'unavailable' });
    expect(session.state).toBe('signed-in');
  });

  test('Nothing_is_asked_after_logging_out', async () => {
    const fetcher = serve(answer(200));
    const session = new SessionStore();
    session.clear();
    expect(await session.token()).toBeNull();
    expect(fetcher).not.toHaveBeenCalled();
  });

  test('A_workspace_that_another_tab_has_entered_is_noticed_and_one_of_its_own_is_not', async () => {
    const session = new SessionStore();
    session.accept({ access_token: 'x1', expires_in: 600, tenant_id: 'x' });
    session.accept({ access_token: 'x2', expires_in: 600, tenant_id: 'x' });
    session.accept({ access_token: 'x3', expires_in: 600 });
    expect([session.workspace(), session.isMoved]).toEqual([0, false]);

    session.enter({ access_token: 'y1', expires_in: 600, tenant_id: 'y' });
    expect([session.workspace(), session.isMoved]).toEqual([1, false]);

    serve(answer(200, { access_token: 'x4', expires_in: 600, tenant_id: 'x' }));
    expect(await session.refresh()).toBe('x4');
    expect([session.workspace(), session.isMoved]).toEqual([2, true]);
  });

  test('Who_logs_in_after_a_log_out_has_not_moved', () => {
    const session = new SessionStore();
    session.accept({ access_token: 'x1', expires_in: 600, tenant_id: 'x' });
    session.clear();
    session.accept({ access_token: 'y1', expires_in: 600, tenant_id: 'y' });
    expect([session.workspace(), session.isMoved]).toEqual([0, false]);
  });
});
