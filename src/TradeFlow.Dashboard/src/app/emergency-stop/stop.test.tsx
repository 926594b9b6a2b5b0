import { QueryClient } from '@tanstack/react-query';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { LiveCache } from '@/api/live-cache';
import { account, me, position, renderPage, type Answer } from '../../../test/page';
import { StopBanner } from './stop-banner';
import { EmergencyStop } from './stop-button';
import { stopPreview } from './stop-text';

const ok = (body: unknown): Answer => ({ status: 200, body });
const stopped = (more: object = {}) =>
  ok({ success: true, stop_id: 's', positions_closed: 7, total_pnl: -245.5, pnl_by_currency: { USD: -245.5 }, errors: [], orders_canceled: 2, accounts_disabled: 3, ...more });
const state = (accounts: object[], isFlat: boolean) => ok({ active: true, is_flat: isFlat, accounts });
const off = { account_id: 'a1', name: 'Swing', broker: 'venue', state: 'stopped', will_resume: true, stopped_at: '2026-11-22T15:00:00Z', errors: [] };
const disabled = ok([{ ...account, enabled: false }]);
const stops = (sent: { route: string }[]) => sent.filter((s) => s.route === 'POST /api/user/emergency_stop');

test('The_dialog_asks_with_the_real_numbers_and_the_toast_says_what_was_done', async () => {
  const { sent } = renderPage(<EmergencyStop />, { 'GET /api/orders': ok({ items: [{}, {}], next_cursor: null }), 'POST /api/user/emergency_stop': stopped() });
  await userEvent.click(await screen.findByRole('button', { name: 'Emergency Stop' }));

  const dialog = await screen.findByRole('alertdialog', { name: 'Emergency Stop' });
  expect(dialog).toHaveTextContent('This will immediately close ALL open positions across ALL accounts. Are you sure?');
  expect(await screen.findByText('Close 1 position on 1 account, cancel 2 orders, about +$20.00.')).toBeVisible();
  expect(stops(sent)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Stop everything' }));

  expect((await screen.findAllByText('7 positions closed (-$245.50), 2 orders canceled. Re-enable accounts to resume trading.')).length).toBeGreaterThan(0);
  expect(stops(sent).length).toBe(1);
});

test('While_it_goes_on_the_dialog_says_how_far_it_is', async () => {
  let answer = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  renderPage(<EmergencyStop />, { 'POST /api/user/emergency_stop': () => waiting.then(() => stopped()) }, queries);
  await userEvent.click(await screen.findByRole('button', { name: 'Emergency Stop' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop everything' }));
  expect(await screen.findByText('Accounts are switched off; the closes are on their way.')).toBeVisible();

  act(() => new LiveCache(queries).apply({ type: 'emergency_stop', stop_id: 's', positions_open: 2, positions_closed: 1, done: false }));

  expect(await screen.findByText('1 of 3 positions closed.')).toBeVisible();
  answer();
  expect((await screen.findAllByText(/7 positions closed/)).length).toBeGreaterThan(0);
});

test('What_is_not_closed_yet_is_said_and_not_called_done', async () => {
  renderPage(<EmergencyStop />, { 'POST /api/user/emergency_stop': stopped({ success: false, errors: ['Failed to close position p1 (EURUSD): Market closed.'] }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Emergency Stop' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop everything' }));

  expect((await screen.findAllByText('Emergency stop: not everything is closed yet')).length).toBeGreaterThan(0);
  expect((await screen.findAllByText(/Failed to close position p1 .* Closing goes on\./)).length).toBeGreaterThan(0);
  expect(screen.queryByText('Emergency stop executed')).toBeNull();
});

test('A_stop_that_was_refused_keeps_the_dialog_open', async () => {
  renderPage(<EmergencyStop />, { 'POST /api/user/emergency_stop': { status: 503, body: { code: 'unavailable', title: 'TradeFlow is busy' } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Emergency Stop' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop everything' }));

  expect(await screen.findByText('unavailable')).toBeVisible();
  expect(screen.getByRole('alertdialog')).toBeVisible();
});

test('A_viewer_has_no_button', async () => {
  renderPage(
    <>
      <EmergencyStop />
      <p>page</p>
    </>,
    { 'GET /api/user/me': ok({ ...me, tenant: { ...me.tenant, role: 'viewer' } }) },
  );
  await screen.findByText('page');
  expect(screen.queryByRole('button', { name: 'Emergency Stop' })).toBeNull();
});

test('The_banner_leads_back_with_one_press', async () => {
  const { sent } = renderPage(<StopBanner />, {
    'GET /api/user/brokers': disabled,
    'GET /api/user/emergency_stop': state([off], true),
    'POST /api/user/emergency_stop/resume': ok({ success: true, accounts_enabled: 1 }),
  });
  expect(await screen.findByText('All accounts disabled. Re-enable to resume trading.')).toBeVisible();
  await userEvent.click(await screen.findByRole('button', { name: 'Re-enable accounts' }));
  expect((await screen.findAllByText('1 account takes signals again.')).length).toBeGreaterThan(0);
  expect(sent.some((s) => s.route === 'POST /api/user/emergency_stop/resume')).toBe(true);
});

test('The_banner_names_what_is_not_flat', async () => {
  renderPage(<StopBanner />, {
    'GET /api/user/brokers': disabled,
    'GET /api/user/emergency_stop': state([{ ...off, state: 'closing', errors: ['Position p1 (EURUSD) is not closed yet.'] }], false),
  });
  expect(await screen.findByText('Position p1 (EURUSD) is not closed yet.')).toBeVisible();
  expect(screen.getByText('Not everything is closed yet. Closing goes on.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Re-enable accounts and end the stop' })).toBeVisible();
});

test('The_preview_counts_accounts_and_never_adds_two_currencies', () => {
  const positions = [position, { ...position, id: 'p2', pnl: -50 }, { ...position, id: 'p3', account_id: 'a2', pnl: 5 }];
  expect(stopPreview(positions, 0, (id) => (id === 'a2' ? 'EUR' : 'USD'))).toBe('Close 3 positions on 2 accounts, cancel no order, about -$30.00 and +€5.00');
  expect(stopPreview([], undefined, () => 'USD')).toBe('Close no position');
});

test('Where_the_accounts_could_not_be_read_an_open_position_is_enough_for_the_button', async () => {
  renderPage(<EmergencyStop />, { 'GET /api/user/brokers': { status: 503, body: { code: 'unavailable', title: 'Busy' } } });
  expect(await screen.findByRole('button', { name: 'Emergency Stop' })).toBeVisible();
});
