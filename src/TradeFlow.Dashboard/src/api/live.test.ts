import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveCache } from './live-cache';
import { parseLiveEvent } from './live-events';
import { LiveSocket, type LiveStatus } from './live-socket';
import { account } from '../../test/page';
import { accountsQuery } from './queries/accounts';
import { positionsQuery } from './queries/positions';
import type { Position } from './types';

const position = (id: string): Position => ({
  id,
  account_id: 'a',
  broker: 'x',
  symbol: 'EURUSD',
  side: 'BUY',
  qty: 1,
  avg_price: 1.09,
  current_price: 1.092,
  pnl: 20,
  pnl_percent: 0.18,
  stop_loss: null,
  take_profit: null,
  opened_at: '2025-10-19T14:30:00Z',
  status: 'OPEN',
});

describe('events', () => {
  test.each(['', '{', '[]', 'null', '{"type":"later"}', '{"type":"update","position_id":1}', '{"type":"snapshot"}'])('Nonsense_%j_is_no_event', (text) => {
    expect(parseLiveEvent(text)).toBeNull();
  });
  test('A_notification_of_an_unknown_severity_is_information', () => {
    expect(parseLiveEvent('{"type":"notification","severity":"critical","text":"t"}')).toEqual({ type: 'notification', severity: 'critical', text: 't' });
    expect(parseLiveEvent('{"type":"notification","severity":"new","text":"t"}')).toEqual({ type: 'notification', severity: 'info', text: 't' });
  });
});

test('An_update_changes_only_what_it_names', () => {
  expect(parseLiveEvent('{"type":"update","position_id":"1","current_price":null,"pnl":"x","qty":0.5,"avg_price":1.1}')).toEqual({
    type: 'update',
    position_id: '1',
    change: { current_price: null, qty: 0.5, avg_price: 1.1 },
  });
});

test('A_step_of_an_emergency_stop_is_read_and_one_without_numbers_is_not', () => {
  const step = { type: 'emergency_stop', stop_id: 's', positions_open: 2, positions_closed: 1, done: false };
  expect(parseLiveEvent(JSON.stringify(step))).toEqual(step);
  expect(parseLiveEvent('{"type":"emergency_stop","stop_id":"s","positions_open":"2"}')).toBeNull();
});

describe('cache', () => {
  const list = (queries: QueryClient) => queries.getQueryData(positionsQuery().queryKey);

  test('Positions_follow_snapshot_update_opened_and_closed', () => {
    const queries = new QueryClient();
    const cache = new LiveCache(queries);
    cache.apply({ type: 'snapshot', positions: [position('1')] });
    cache.apply({ type: 'opened', position: position('2') });
    cache.apply({ type: 'update', position_id: '1', change: { current_price: 1.0925 } });
    cache.apply({ type: 'update', position_id: '1', change: { pnl: 25, pnl_percent: 0.23 } });
    cache.apply({ type: 'closed', position_id: '2', pnl: 3 });
    cache.flush();
    expect(list(queries)).toEqual([{ ...position('1'), current_price: 1.0925, pnl: 25, pnl_percent: 0.23 }]);
  });

  test('Another_snapshot_has_all_that_events_would_have_changed_read_again', () => {
    const queries = new QueryClient();
    queries.setQueryData(['orders'], []);
    queries.setQueryData(['signals', 'last'], []);
    const cache = new LiveCache(queries);
    cache.apply({ type: 'snapshot', positions: [position('1')] });
    expect(queries.getQueryState(['orders'])?.isInvalidated).toBe(false);
    cache.apply({ type: 'snapshot', positions: [] });
    expect(queries.getQueryState(['orders'])?.isInvalidated).toBe(true);
    expect(queries.getQueryState(['signals', 'last'])?.isInvalidated).toBe(true);
    expect(queries.getQueryState(positionsQuery().queryKey)?.isInvalidated).toBe(false);
  });

  test('What_an_account_is_worth_waits_for_the_beat_and_anything_else_of_it_does_not', () => {
    const queries = new QueryClient();
    const key = accountsQuery().queryKey;
    queries.setQueryData(key, [account]);
    const cache = new LiveCache(queries);
    const known = () => queries.getQueryData(key)?.[0];
    cache.apply({ type: 'account', account: { ...account, equity: 1 } });
    cache.apply({ type: 'account', account: { ...account, equity: 2 } });
    expect(known()).toBe(account);
    cache.flush();
    expect(known()).toMatchObject({ equity: 2, api_key: account.api_key });

    cache.apply({ type: 'account', account: { ...account, equity: 3 } });
    cache.apply({ type: 'account', account: { ...account, equity: 4, enabled: false } });
    expect(known()).toMatchObject({ equity: 4, enabled: false });
    cache.flush();
    expect(known()).toMatchObject({ equity: 4, enabled: false });
  });

  test('A_position_that_did_not_change_stays_the_same_object', () => {
    const queries = new QueryClient();
    const cache = new LiveCache(queries);
    cache.apply({ type: 'snapshot', positions: [position('1'), position('2')] });
    const before = list(queries)?.[1];
    cache.apply({ type: 'update', position_id: '1', change: { pnl: 100 } });
    cache.flush();
    expect(list(queries)?.[1]).toBe(before);
  });
});

class FakeSocket extends EventTarget {
  static readonly opened: FakeSocket[] = [];
  constructor(readonly url: string) {
    super();
    FakeSocket.opened.push(this);
  }
  close(): void {}
  say(event: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }));
  }
  end(code: number): void {
    this.dispatchEvent(new CloseEvent('close', { code }));
  }
}

describe('socket', () => {
  beforeEach(() => {
    FakeSocket.opened.length = 0;
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const start = () => {
    const statuses: LiveStatus[] = [];
    const refresh = vi.fn(async () => 'second');
    const socket = new LiveSocket({
      token: async () => 'first',
      refresh,
      onEvent: () => {},
      onStatus: (status) => statuses.push(status),
      url: (token) => `ws://x/?token=${token}`,
    });
    socket.start();
    return { socket, statuses, refresh };
  };

  test('It_is_live_with_the_first_snapshot', async () => {
    const { socket, statuses } = start();
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.opened[0]?.say({ type: 'snapshot', positions: [] });
    expect(statuses).toEqual(['connecting', 'live']);
    socket.stop();
  });

  test('A_token_that_ended_is_renewed_before_connecting_again', async () => {
    const { socket, refresh } = start();
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.opened[0]?.end(4401);
    await vi.advanceTimersByTimeAsync(600);
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(FakeSocket.opened[1]?.url).toBe('ws://x/?token=second');
    socket.stop();
  });

  test('It_is_offline_until_the_next_snapshot_and_no_attempt_says_otherwise', async () => {
    const { socket, statuses } = start();
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.opened[0]?.say({ type: 'snapshot', positions: [] });
    FakeSocket.opened[0]?.end(1006);
    expect(statuses.at(-1)).toBe('connecting');
    for (let round = 1; round < 4; round += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      if (round > 1) expect(statuses.at(-1)).toBe('offline');
      FakeSocket.opened[round]?.end(1006);
    }
    await vi.advanceTimersByTimeAsync(5_000);
    FakeSocket.opened.at(-1)?.say({ type: 'snapshot', positions: [] });
    expect(statuses.at(-1)).toBe('live');
    socket.stop();
  });

  test('An_address_that_takes_the_connection_and_says_nothing_is_given_up', async () => {
    const { socket, statuses } = start();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(FakeSocket.opened.length).toBeGreaterThan(1);
    expect(statuses.at(-1)).toBe('offline');
    socket.stop();
  });

  test('A_network_that_is_gone_is_not_waited_for', async () => {
    const { socket, statuses } = start();
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.opened[0]?.say({ type: 'snapshot', positions: [] });
    window.dispatchEvent(new Event('offline'));
    expect(statuses.at(-1)).toBe('connecting');
    socket.stop();
  });

  test('A_server_that_is_away_is_tried_ever_more_slowly_and_said_to_be_offline', async () => {
    const { socket, statuses, refresh } = start();
    for (let round = 0; round < 4; round += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      FakeSocket.opened.at(-1)?.end(1006);
    }
    expect(statuses).toContain('offline');
    expect(refresh).not.toHaveBeenCalled();
    const before = FakeSocket.opened.length;
    await vi.advanceTimersByTimeAsync(900);
    expect(FakeSocket.opened.length).toBe(before);
    socket.stop();
  });
});
