import { act, render, screen, waitFor } from '@testing-library/react';
import { onTestFinished, expect, test, vi } from 'vitest';
import { session } from '@/api/session';
import { account, me, position } from '../../test/page';
import { App } from './app';

const sockets: { address: string; isClosed: boolean }[] = [];

/** A server that answers for a workspace, until another is entered that it says nothing of. */
function openApp(address = '/positions') {
  vi.stubGlobal(
    'WebSocket',
    class extends EventTarget {
      readonly #entry: { address: string; isClosed: boolean };
      constructor(address: string) {
        super();
        this.#entry = { address, isClosed: false };
        sockets.push(this.#entry);
      }
      close() {
        this.#entry.isClosed = true;
      }
    },
  );
  vi.stubGlobal('scrollTo', () => {});
  let isSilent = false;
  const asked: string[] = [];
  const late: (() => void)[] = [];
  const answers: Record<string, unknown> = { '/api/user/me': me, '/api/user/brokers': [account], '/api/brokers': [], '/api/positions': [position] };
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname;
    asked.push(path);
    if (isSilent) await new Promise<void>((resolve) => late.push(resolve));
    return new Response(JSON.stringify(answers[path] ?? { items: [], next_cursor: null }), { headers: { 'Content-Type': 'application/json' } });
  });
  window.history.replaceState(null, '', address);
  session.accept({ access_token: 'first', expires_in: 600 });
  onTestFinished(() => {
    session.clear();
    vi.unstubAllGlobals();
  });
  render(<App />);
  return {
    asked,
    silence: () => {
      isSilent = true;
    },
  };
}

test('What_a_page_shows_is_asked_for_all_at_once_and_not_after_who_is_looking', async () => {
  const server = openApp('/');
  server.silence();
  const early = ['user/brokers', 'positions', 'brokers', 'user/emergency_stop', 'billing/usage', 'notifications', 'overview', 'user/risk_today', 'webhooks/log', 'analytics/equity'];

  await waitFor(() => expect(server.asked).toEqual(expect.arrayContaining(['/api/user/me', ...early.map((path) => `/api/${path}`)])));

  // Nobody has said yet who is looking.
  expect(screen.queryByRole('heading', { name: 'Overview' })).toBeNull();
  expect(server.asked).toHaveLength(new Set(server.asked).size);
});

test('Another_workspace_is_entered_without_a_reload_and_nothing_of_the_one_before_is_shown_in_it', async () => {
  const server = openApp();
  await waitFor(() => expect(screen.getAllByText('EURUSD').length).toBeGreaterThan(0), { timeout: 10_000 });
  expect(sockets.map(({ isClosed }) => isClosed)).toEqual([false]);
  server.silence();

  // What stands in the page in the very commit in which the workspace changes, before any effect or answer.
  act(() => session.enter({ access_token: 'second', expires_in: 600 }));

  expect(screen.queryAllByText('EURUSD')).toEqual([]);
  expect(screen.queryAllByText(me.tenant.name)).toEqual([]);
  expect(screen.getByRole('status', { name: 'Loading TradeFlow' })).toBeInTheDocument();
  expect(sockets[0]?.isClosed).toBe(true);
  await waitFor(() => expect(window.location.pathname).toBe('/'));
});
