import { screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Overview } from '@/api/types';
import { account as anAccount, renderPage } from '../../../test/page';
import { CurvesToCome } from './equity-brief';
import { HealthLine } from './health-line';
import { monthOfEquityQuery } from './queries';

const account: Overview['accounts'][number] = {
  id: 'a1', broker: 'venue', name: 'Swing', mode: 'demo', currency: 'USD', equity: 1, balance: 1, floating_pnl: 0, open_positions: 0, enabled: true, health: 'ok', reason: null,
  last_heard_at: '2026-11-29T10:00:00Z',
};

test('Health_is_told_in_words_and_to_the_second', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-29T10:00:03Z'));
  renderPage(
    <>
      <HealthLine account={account} />
      <HealthLine account={{ ...account, health: 'needs_reconnect', last_heard_at: null }} />
      <HealthLine account={{ ...account, health: 'something new' }} />
    </>,
  );

  expect(await screen.findByText('Connected, last heard 3 s ago')).toBeVisible();
  expect(screen.getByText('Needs a new log-in')).toBeVisible();
  expect(screen.getByText('Not known, last heard 3 s ago')).toBeVisible();
});

test('The_month_of_the_curve_begins_on_a_day_of_the_persons_zone', () => {
  const now = Date.parse('2026-11-29T20:00:00Z');
  const from = (zone: string) => monthOfEquityQuery(zone, now).queryKey[2];
  expect([from('UTC'), from('Asia/Tokyo')]).toEqual(['2026-10-31', '2026-11-01']);
});

test('A_curve_that_is_still_to_come_has_its_room_for_each_currency', async () => {
  const accounts = [anAccount, { ...anAccount, id: 'a2' }, { ...anAccount, id: 'a3', currency: 'EUR' }];
  renderPage(<CurvesToCome />, { 'GET /api/user/brokers': { status: 200, body: accounts } });

  await waitFor(() => expect(screen.getByRole('status', { name: 'Loading the curve' }).childElementCount).toBe(2));
});
