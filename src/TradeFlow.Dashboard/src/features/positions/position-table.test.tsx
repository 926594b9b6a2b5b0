import { QueryClient, useQuery } from '@tanstack/react-query';
import { act, screen, waitFor } from '@testing-library/react';
import { Profiler } from 'react';
import { expect, test, vi } from 'vitest';
import { LiveCache } from '@/api/live-cache';
import { positionsQuery } from '@/api/queries/positions';
import * as badge from '@/ui/badge';
import { account, position, renderPage } from '../../../test/page';
import { PositionCards } from './position-cards';
import { PositionTable } from './position-table';

const many = (count: number) => Array.from({ length: count }, (_, n) => ({ ...position, id: `p${n}`, symbol: `SYM${n}` }));
const nothing = (): void => undefined;

test('Of_a_long_list_the_part_in_the_window_is_drawn_and_the_length_is_told', async () => {
  renderPage(<PositionTable positions={many(500)} onClose={nothing} onMove={nothing} />);

  expect(await screen.findByText('SYM0')).toBeVisible();
  expect(screen.getAllByRole('button', { name: /^Close Position/ })).toHaveLength(60);
  expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '501');
  expect(screen.getByText('SYM7').closest('tr')).toHaveAttribute('aria-rowindex', '9');
});

test('A_list_that_can_be_read_is_drawn_whole', async () => {
  renderPage(<PositionCards positions={many(60)} onClose={nothing} onMove={nothing} />);

  expect(await screen.findByText('SYM59')).toBeVisible();
  expect(screen.getAllByRole('listitem').filter((item) => item.hasAttribute('aria-setsize'))).toHaveLength(60);
});

test('The_money_of_an_account_that_is_gone_has_no_sign', async () => {
  renderPage(<PositionTable positions={[{ ...position, account_id: 'gone' }]} onClose={nothing} onMove={nothing} />);

  expect(await screen.findByText('+20.00')).toBeVisible();
});

/** 500 positions on the screen, and how often one of its rows, and the whole of it, is drawn from now on. */
async function drawn(List: typeof PositionTable | typeof PositionCards) {
  const rows = vi.spyOn(badge, 'SideBadge');
  const commits = vi.fn();
  const queries = new QueryClient();
  const live = new LiveCache(queries);
  live.apply({ type: 'snapshot', positions: many(500) });
  const Screen = () => <List positions={useQuery({ ...positionsQuery(), staleTime: Infinity }).data ?? []} onClose={nothing} onMove={nothing} />;
  renderPage(
    <Profiler id="list" onRender={commits}>
      <Screen />
    </Profiler>,
    {},
    queries,
  );
  await screen.findByText('SYM0');
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  rows.mockClear();
  commits.mockClear();
  return { rows, commits, queries, live };
}

test.each([PositionTable, PositionCards])('An_update_of_one_position_draws_one_row', async (List) => {
  const { rows, live } = await drawn(List);

  const move = (id: string, pnl: number): Promise<void> =>
    act(async () => {
      live.apply({ type: 'update', position_id: id, change: { pnl } });
      live.flush();
      await new Promise((drawn) => setTimeout(drawn));
    });
  await move('p3', 77);

  expect(screen.getByText('+$77.00')).toBeVisible();
  expect(rows).toHaveBeenCalledTimes(1);
  // Not in the window.
  await move('p400', 78);
  expect(rows).toHaveBeenCalledTimes(1);
});

test.each([PositionTable, PositionCards])('A_beat_that_moves_every_position_and_the_account_is_one_drawing', async (List) => {
  const { rows, commits, live } = await drawn(List);

  await act(async () => {
    for (let n = 0; n < 500; n++) live.apply({ type: 'update', position_id: `p${n}`, change: { pnl: 1000 + n } });
    live.apply({ type: 'account', account: { ...account, equity: 11_000 } });
    live.flush();
    await new Promise((done) => setTimeout(done));
  });

  expect(screen.getByText('+$1,003.00')).toBeVisible();
  expect(commits).toHaveBeenCalledTimes(1);
  // Those in the window, each once.
  expect(rows).toHaveBeenCalledTimes(60);
});

test.each([PositionTable, PositionCards])('What_an_account_is_worth_draws_no_row', async (List) => {
  const { rows, live } = await drawn(List);

  await act(async () => {
    live.apply({ type: 'account', account: { ...account, equity: 11_000 } });
    live.flush();
    await new Promise((done) => setTimeout(done));
  });

  expect(rows).not.toHaveBeenCalled();
});
