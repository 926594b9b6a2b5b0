import { QueryClient } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { RiskConfig } from '@/api/types';
import { me, renderPage, type Answer } from '../../../test/page';
import { loosened } from './loosening';
import { RiskScreen } from './screen';
import { waitingWords } from './waiting-words';

const ok = (body: unknown): Answer => ({ status: 200, body });
const config: RiskConfig = {
  enabled: true,
  risk_mode: 'standard',
  max_daily_loss: 500,
  max_trades_per_day: 10,
  max_open_trades: null,
  denied_instruments: ['BTCUSD'],
  trading_hours_enabled: false,
  trading_hours_start: '09:30',
  trading_hours_end: '16:00',
  trading_hours_timezone: 'UTC',
  trading_hours_days: null,
  day_reset_time: '00:00',
  news_lockout_enabled: false,
  cooldown_enabled: false,
  pending: [],
};
const today = {
  day_start: '2026-11-23T00:00:00Z',
  day_end: '2026-11-24T00:00:00Z',
  timezone: 'UTC',
  day_reset_time: '00:00',
  trades: 3,
  open_positions: 2,
  pnl: [{ currency: 'USD', pnl: -120.5 }],
  suggestions: [{ broker: 'venue', name: 'Venue', timezone: 'America/Chicago', day_reset_time: '17:00' }],
};
const rule = {
  code: 'risk.sample',
  title: 'A rule of its own',
  about: 'What it does.',
  schema: {
    type: 'object',
    required: ['enabled'],
    properties: {
      enabled: { type: 'boolean', title: 'Look at it', default: 'false', 'x-order': 1 },
      amount: { type: 'number', title: 'How much', minimum: 0, 'x-order': 2 },
    },
  },
  settings: { enabled: false, amount: 250 },
};
const answers = { 'GET /api/user/risk_rules': ok([rule]), 'GET /api/user/risk_config': ok(config), 'GET /api/user/risk_today': ok(today), 'PUT /api/user/risk_config': ok(config) };

test('Tightening_is_saved_at_once_and_loosening_asks_with_the_numbers', async () => {
  const { sent } = renderPage(<RiskScreen />, answers);
  const loss = await screen.findByLabelText('Daily loss');
  await userEvent.clear(loss);
  await userEvent.click(screen.getByRole('button', { name: 'Save limits' }));

  expect(await screen.findByRole('alertdialog', { name: 'Loosen your limits?' })).toHaveTextContent('Daily loss: $500.00 becomes no limit.');
  expect(sent.filter((s) => s.route.startsWith('PUT'))).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Loosen' }));
  expect((await screen.findAllByText('Limits saved')).length).toBeGreaterThan(0);
  expect(sent.find((s) => s.route === 'PUT /api/user/risk_config')?.body).toMatchObject({ max_daily_loss: null, max_trades_per_day: 10, denied_instruments: ['BTCUSD'] });
});

test('Today_shows_what_is_used_of_each_limit', async () => {
  renderPage(<RiskScreen />, answers);
  expect(await screen.findByText('3 of 10')).toBeVisible();
  expect(await screen.findByText('2')).toBeVisible();
  expect(await screen.findByText('-$120.50', { exact: false })).toBeVisible();
});

test('The_day_of_a_broker_is_offered_and_not_taken_over', async () => {
  renderPage(<RiskScreen />, answers);
  const zone = await screen.findByLabelText('Time zone');
  expect(zone).toHaveValue('UTC');
  await userEvent.click(await screen.findByRole('button', { name: 'Use it' }));
  expect(zone).toHaveValue('America/Chicago');
  expect(screen.getByLabelText('Trading day begins at')).toHaveValue('17:00');
});

test('A_field_that_the_server_refuses_says_why', async () => {
  renderPage(<RiskScreen />, {
    ...answers,
    'PUT /api/user/risk_config': { status: 422, body: { code: 'validation.failed', errors: { trading_hours_timezone: ['Use an IANA time zone, such as America/New_York.'] } } },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Save limits' }));
  expect(await screen.findByText('Use an IANA time zone, such as America/New_York.')).toBeVisible();
  expect(screen.getByLabelText('Time zone')).toHaveFocus();
});

test('A_field_that_is_refused_after_the_question_has_the_focus_when_the_question_is_gone', async () => {
  renderPage(<RiskScreen />, {
    ...answers,
    'PUT /api/user/risk_config': { status: 422, body: { code: 'validation.failed', errors: { trading_hours_timezone: ['Use an IANA time zone.'] } } },
  });
  await userEvent.clear(await screen.findByLabelText('Daily loss'));
  await userEvent.click(screen.getByRole('button', { name: 'Save limits' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Loosen' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  await waitFor(() => expect(screen.getByLabelText('Time zone')).toHaveFocus());
  expect(screen.getByLabelText('Daily loss')).toHaveValue(null);
});

test('A_limit_that_is_no_number_is_not_sent_as_no_limit', async () => {
  const { sent } = renderPage(<RiskScreen />, answers);
  const loss = await screen.findByLabelText<HTMLInputElement>('Daily loss');
  await userEvent.clear(loss);
  // A browser keeps "1e" to itself: the value is empty, and only the validity tells.
  Object.defineProperty(loss, 'validity', { value: { valid: false, badInput: true } });
  await userEvent.click(screen.getByRole('button', { name: 'Save limits' }));
  await waitFor(() => expect(loss).toHaveAccessibleDescription('Enter a number.'));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(sent.filter((s) => s.route.startsWith('PUT'))).toEqual([]);
});

test('What_is_typed_stays_when_the_limits_are_read_again_and_what_was_saved_elsewhere_comes_beside_it', async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let answer: RiskConfig = { ...config, trading_hours_days: ['mon', 'tue', 'wed'] };
  renderPage(<RiskScreen />, { ...answers, 'GET /api/user/risk_config': () => ok(answer) }, queries);
  const loss = await screen.findByLabelText('Daily loss');
  await userEvent.clear(loss);
  await userEvent.type(loss, '250');
  await userEvent.click(screen.getByRole('button', { name: 'Wed' }));
  answer = { ...answer, max_open_trades: 4, enabled: false };
  await queries.invalidateQueries({ queryKey: ['risk-config'] });
  await waitFor(() => expect(screen.getByLabelText('Open positions')).toHaveValue(4));
  expect(screen.getByRole('switch', { name: 'Limits' })).not.toBeChecked();
  expect(screen.getByLabelText('Daily loss')).toHaveValue(250);
  expect(screen.getAllByRole('button', { pressed: true }).map((day) => day.textContent)).toEqual(['Mon', 'Tue']);
});

test('After_saving_the_form_shows_what_the_server_has_kept', async () => {
  renderPage(<RiskScreen />, { ...answers, 'PUT /api/user/risk_config': ok({ ...config, denied_instruments: ['BTCUSD', 'XAUUSD'] }) });
  const denied = await screen.findByLabelText('Denied symbols');
  await userEvent.type(denied, ', xauusd');
  await userEvent.click(screen.getByRole('button', { name: 'Save limits' }));
  await waitFor(() => expect(screen.getByLabelText('Denied symbols')).toHaveValue('BTCUSD, XAUUSD'));
});

const waiting: RiskConfig = {
  ...config,
  cooldown_enabled: true,
  trading_hours_timezone: 'America/New_York',
  pending: [
    { limit: 'max_daily_loss', rule: null, change: { max_daily_loss: 1000 }, asked_at: '2026-11-17T20:00:00Z', effective_at: '2026-11-18T05:00:00Z' },
    { limit: 'risk.sample', rule: 'A rule of its own', change: {}, asked_at: '2026-11-17T20:00:00Z', effective_at: '2026-11-18T05:00:00Z' },
  ],
};

test('What_waits_is_told_in_the_zone_of_the_limits_and_can_be_withdrawn', async () => {
  const route = 'DELETE /api/user/risk_config/pending/max_daily_loss';
  const { sent } = renderPage(<RiskScreen />, { ...answers, 'GET /api/user/risk_config': ok(waiting), [route]: ok({ ...waiting, pending: [] }) });
  expect(await screen.findByText('Daily loss: $500.00 becomes $1,000.00.')).toBeVisible();
  expect(screen.getByText('A rule of its own: other settings.')).toBeVisible();
  expect(screen.getAllByText(/^From 18 Nov.*, 00:00:00 .*\(America\/New_York\)$/)).toHaveLength(2);
  expect(screen.getByLabelText('Daily loss')).toHaveValue(500);
  await userEvent.click(screen.getByRole('button', { name: 'Withdraw: Daily loss: $500.00 becomes $1,000.00.' }));
  await waitFor(() => expect(screen.queryByText('Waiting for the next trading day')).toBeNull());
  expect(sent.map((s) => s.route)).toContain(route);
});

test('With_the_cool_down_on_loosening_says_from_when_it_holds', async () => {
  renderPage(<RiskScreen />, { ...answers, 'GET /api/user/risk_config': ok(waiting), 'PUT /api/user/risk_config': ok(waiting) });
  await userEvent.clear(await screen.findByLabelText('Daily loss'));
  await screen.findByText('3 of 10');
  await userEvent.click(screen.getByRole('button', { name: 'Save limits' }));
  expect(await screen.findByRole('alertdialog')).toHaveTextContent(/this holds from 23 Nov.*, 19:00:00 .* \(America\/New_York\)/);
  await userEvent.click(screen.getByRole('button', { name: 'Loosen' }));
  expect((await screen.findAllByText('What is tighter holds now. The rest waits for the next trading day.')).length).toBeGreaterThan(0);
  await waitFor(() => expect(screen.getByLabelText('Daily loss')).toHaveValue(500));
});

test('Switching_the_cool_down_off_is_told_as_what_waits', () => {
  const off = { limit: 'cooldown_enabled', rule: null, change: { cooldown_enabled: false }, asked_at: '2026-11-17T20:00:00Z', effective_at: '2026-11-18T05:00:00Z' };
  expect(waitingWords(waiting, off, 'USD')).toEqual(['The cool-down is switched off.']);
});

test('Who_sees_some_accounts_sees_the_limits_of_all_and_cannot_save', async () => {
  const tenant = { ...me.tenant, role: 'trader', accounts: ['a1'] };
  renderPage(<RiskScreen />, { ...answers, 'GET /api/user/me': ok({ ...me, tenant }) });
  expect(await screen.findByLabelText('Daily loss')).toBeDisabled();
  expect(await screen.findByText(/Of the accounts that you see: the limits count all accounts/)).toBeVisible();
  expect(await screen.findByText('A rule of its own')).toBeVisible();
  expect(screen.queryByRole('button', { name: /Save/ })).toBeNull();
});

test('A_viewer_sees_the_limits_and_cannot_save', async () => {
  renderPage(<RiskScreen />, { ...answers, 'GET /api/user/me': ok({ ...me, tenant: { ...me.tenant, role: 'viewer' } }) });
  expect(await screen.findByLabelText('Daily loss')).toBeDisabled();
  expect(screen.queryByRole('button', { name: 'Save limits' })).toBeNull();
});

test('A_rule_with_settings_of_its_own_is_drawn_from_its_schema_and_what_is_emptied_is_taken_away', async () => {
  const put = 'PUT /api/user/risk_rules/risk.sample';
  const { sent } = renderPage(<RiskScreen />, { ...answers, [put]: ok({ ...rule, settings: { enabled: true, amount: null } }) });
  const amount = await screen.findByLabelText(/How much/);
  expect(amount).toHaveValue('250');
  expect(screen.getByRole('heading', { name: 'A rule of its own' })).toBeVisible();
  await userEvent.click(screen.getByRole('switch', { name: 'Look at it' }));
  await userEvent.clear(amount);
  await userEvent.click(screen.getByRole('button', { name: 'Save rule' }));
  await waitFor(() => expect(sent.find((s) => s.route === put)?.body).toEqual({ enabled: true, amount: null }));
  expect(screen.getByRole('switch', { name: 'Look at it' })).toBeChecked();
});

test('A_fault_of_a_rule_stands_at_its_field', async () => {
  const put = 'PUT /api/user/risk_rules/risk.sample';
  const { sent } = renderPage(<RiskScreen />, { ...answers, [put]: { status: 422, body: { code: 'validation.failed', errors: { amount: ['Too much.'] } } } });
  const amount = await screen.findByLabelText(/How much/);
  await userEvent.clear(amount);
  await userEvent.type(amount, '-1');
  await userEvent.click(screen.getByRole('button', { name: 'Save rule' }));
  expect(await screen.findByText('At least 0.')).toBeVisible();
  expect(sent.filter((s) => s.route === put)).toEqual([]);
  await userEvent.clear(amount);
  await userEvent.type(amount, '9');
  await userEvent.click(screen.getByRole('button', { name: 'Save rule' }));
  expect(await screen.findByText('Too much.')).toBeVisible();
});

test('Only_what_lets_more_through_counts_as_loosening', () => {
  expect(loosened(config, { ...config, max_daily_loss: 400, max_open_trades: 5, news_lockout_enabled: true }, 'USD')).toEqual([]);
  expect(loosened(config, { ...config, max_trades_per_day: 20, denied_instruments: [] }, 'USD')).toEqual(['Trades a day: 10 becomes 20.', 'Allowed again: BTCUSD.']);
});
