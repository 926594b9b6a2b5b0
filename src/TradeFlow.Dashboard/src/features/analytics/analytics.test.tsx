import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { KeyRow, Summary, Trade } from '@/api/types';
import { renderPage } from '../../../test/page';
import { Figures } from './figures';
import { FilterBar } from './filter-bar';
import { HeatMap } from './heat-map';
import { held } from './numbers';
import { lastDays } from '@/ui/time';
import { filterOf, isFiltered, thisYear } from './search';
import { TradeList } from './trade-list';
import { weeksOf } from './weeks';

const figures = { trades: 4, wins: 3, losses: 1, win_rate: 0.75, average_hold_seconds: 90, gross_profit: 300, gross_loss: 100, fees: 8, profit_factor: 3, average_r: null, trades_with_risk: 0, max_drawdown: 100 };
const summary: Summary = {
  ...figures,
  currency: null,
  net_pnl: null,
  gross_profit: null,
  gross_loss: null,
  fees: null,
  profit_factor: null,
  expectancy: null,
  average_r: null,
  trades_with_risk: 0,
  max_drawdown: null,
  timezone: 'UTC',
  by_currency: [
    { ...figures, currency: 'EUR', net_pnl: -20, expectancy: -5, profit_factor: null },
    { ...figures, currency: 'USD', net_pnl: 192, expectancy: 48 },
  ],
};

const trade: Trade = {
  id: 't1', account_id: 'a1', account: 'Swing', broker: 'venue', symbol: 'EURUSD', side: 'BUY', qty: 2, entry_time: '2026-11-27T10:00:00Z', entry_price: 1.09, exit_time: '2026-11-27T11:30:00Z',
  exit_price: 1.091, gross_pnl: 200, fees: 4, net_pnl: 196, risk: 80, r_multiple: 2.45, currency: 'USD', slippage_ticks: 1.5, slippage_money: 3, strategy: null, webhook_id: null, note: null, tags: [],
};

test('Figures_of_one_currency_are_shown_and_the_others_are_a_choice', async () => {
  const onCurrency = vi.fn<(currency: string) => void>();
  renderPage(<Figures summary={summary} currency="USD" onCurrency={onCurrency} />);

  const shown = await screen.findByRole('region', { name: 'Figures in USD' });
  expect(shown).toHaveTextContent('+$192.00');
  expect(shown).not.toHaveTextContent('€20.00');
  await userEvent.click(within(shown).getByRole('button', { name: 'EUR: 4 trades' }));
  expect(onCurrency).toHaveBeenCalledWith('EUR');
});

test('A_profit_factor_without_losses_is_no_number', async () => {
  renderPage(<Figures summary={summary} currency="EUR" onCurrency={vi.fn<(currency: string) => void>()} />);

  expect(await screen.findByText('Profit factor')).toBeVisible();
  expect(screen.getByText('without losses')).toBeVisible();
});

test('A_day_says_what_it_came_to_in_words_and_narrows_to_itself', async () => {
  const row = (key: string, currency: string, net_pnl: number): KeyRow => ({ key, currency, trades: 2, wins: 1, losses: 1, gross_profit: 1, gross_loss: 1, fees: 0, net_pnl });
  const onDay = vi.fn<(day: string) => void>();
  renderPage(<HeatMap filter={filterOf({})} currency="USD" onDay={onDay} />, {
    'GET /api/analytics/by-day': { status: 200, body: [row('2026-11-26', 'USD', -50), row('2026-11-27', 'USD', 75.5), row('2026-11-27', 'EUR', 9)] },
  });

  expect(await screen.findByRole('button', { name: '2026-11-26: -$50.00 loss, 2 trades' })).toHaveTextContent('−');
  await userEvent.click(screen.getByRole('button', { name: '2026-11-27: +$75.50 profit, 2 trades' }));
  expect(onDay).toHaveBeenCalledWith('2026-11-27');
});

test('A_note_and_tags_are_written_beside_a_trade', async () => {
  const { sent } = renderPage(<TradeList filter={filterOf({})} />, {
    'GET /api/analytics/trades': { status: 200, body: { items: [trade], next_cursor: null } },
    'PATCH /api/analytics/trades/t1': { status: 200, body: trade },
  });

  const [first] = await screen.findAllByRole('button', { name: 'Add a note to EURUSD' });
  await userEvent.click(first ?? document.body);
  await userEvent.type(await screen.findByRole('textbox', { name: /^Note/ }), 'Too early');
  await userEvent.type(screen.getByRole('textbox', { name: /^Tags/ }), 'news, late entry,');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));

  expect(await screen.findByText('The note is saved')).toBeVisible();
  expect(sent.find((one) => one.route.startsWith('PATCH'))?.body).toEqual({ note: 'Too early', tags: ['news', 'late entry'] });
});

test('A_trade_with_a_stop_says_what_it_made_for_each_one_that_it_risked', async () => {
  renderPage(
    <>
      <TradeList filter={filterOf({})} />
      <Figures summary={{ ...summary, by_currency: [{ ...figures, currency: 'USD', net_pnl: 192, expectancy: 48, average_r: -0.5, trades_with_risk: 3 }] }} currency="USD" onCurrency={vi.fn<(currency: string) => void>()} />
    </>,
    { 'GET /api/analytics/trades': { status: 200, body: { items: [trade, { ...trade, id: 't2', risk: null, r_multiple: null }], next_cursor: null } } },
  );

  const rows = within(await screen.findByRole('table', { name: 'Trades' })).getAllByRole('row');
  expect(rows[1]).toHaveTextContent('+2.45 R of $80.00 risked');
  expect(rows[2]).not.toHaveTextContent(' R ');
  expect(screen.getByText('net for each trade; -0.50 R over 3 with a stop')).toBeInTheDocument();
});

test('Slippage_says_whether_it_was_worse_or_better', async () => {
  renderPage(<TradeList filter={filterOf({})} />, {
    'GET /api/analytics/trades': { status: 200, body: { items: [trade, { ...trade, id: 't2', slippage_ticks: -1, slippage_money: -2 }], next_cursor: null } },
  });

  expect((await screen.findAllByText(/1\.5 ticks worse/))[0]).toBeInTheDocument();
  expect(screen.getAllByText(/1 tick better/)[0]).toBeInTheDocument();
});

test('Trades_that_cannot_be_loaded_are_asked_for_again', async () => {
  let fails = true;
  renderPage(<TradeList filter={filterOf({})} />, {
    'GET /api/analytics/trades': () => (fails ? { status: 503, body: { code: 'unavailable', title: 'Unavailable', detail: 'Not now.' } } : { status: 200, body: { items: [trade], next_cursor: null } }),
  });

  expect(await screen.findByText('unavailable', { exact: false })).toBeVisible();
  fails = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect((await screen.findAllByText('EURUSD'))[0]).toBeInTheDocument();
});

test('Weeks_run_from_monday_and_cover_a_quarter_at_least', () => {
  const weeks = weeksOf(['2026-11-29', '2026-11-27']);

  expect(weeks).toHaveLength(13);
  expect(weeks.at(-1)?.days).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']);
  expect(weeksOf([])).toEqual([]);
  // The month stands over the week in which it begins.
  expect(weeks.find((week) => week.days.includes('2026-11-01'))?.month).toBe('Nov');
});

test.each([
  // Already the thirtieth there, and the first day of another year.
  ['Asia/Tokyo', '2026-11-29T20:00:00Z', { from: '2026-11-24', to: '2026-11-30' }, '2026-01-01'],
  ['Pacific/Kiritimati', '2026-12-31T10:30:00Z', { from: '2026-12-26', to: '2027-01-01' }, '2027-01-01'],
  // Still the day before.
  ['America/New_York', '2026-11-30T03:00:00Z', { from: '2026-11-23', to: '2026-11-29' }, '2026-01-01'],
  // A week with a day of 23 hours, half an hour past midnight of the summer's clock; and one with a day of 25, before midnight.
  ['America/New_York', '2026-03-12T04:30:00Z', { from: '2026-03-06', to: '2026-03-12' }, '2026-01-01'],
  ['America/New_York', '2026-11-03T04:30:00Z', { from: '2026-10-27', to: '2026-11-02' }, '2026-01-01'],
  ['UTC', '2026-11-29T10:00:00Z', { from: '2026-11-23', to: '2026-11-29' }, '2026-01-01'],
])('Days_up_to_today_are_those_of_%s_at_%s', (zone, now, week, year) => {
  expect(lastDays(7, zone, Date.parse(now))).toEqual(week);
  expect(thisYear(zone, Date.parse(now)).from).toBe(year);
});

test('The_address_says_which_trades_are_shown', () => {
  expect(filterOf({ account: 'a1', from: '2026-11-01', currency: 'USD', by: 'hour' })).toEqual({ account_id: 'a1', from: '2026-11-01', to: undefined, broker: undefined, symbol: undefined, strategy: undefined });
  expect(isFiltered({ currency: 'USD', by: 'hour' })).toBe(false);
  expect(isFiltered({ symbol: 'MES' })).toBe(true);
  expect([held(42), held(3_725), held(90_000), held(null)]).toEqual(['42 s', '1 h 2 min', '1 d 1 h', '—']);
});

test('Days_are_those_of_the_zone_in_which_they_are_cut_and_none_can_be_chosen_before_it_is_known', async () => {
  // Where it is Monday already.
  vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-29T20:00:00Z'));
  const onChange = vi.fn<(change: object) => void>();
  renderPage(
    <>
      <FilterBar search={{}} zone={undefined} onChange={onChange} />
      <FilterBar search={{}} zone="Asia/Tokyo" onChange={onChange} />
    </>,
  );

  const [before, after] = await screen.findAllByRole('button', { name: '7 days' });
  expect(before).toBeDisabled();
  if (after !== undefined) await userEvent.click(after);
  expect(onChange.mock.calls).toEqual([[{ from: '2026-11-24', to: '2026-11-30' }]]);
});
