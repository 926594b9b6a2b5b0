import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { SignalsDialog } from './signals-dialog';
import type { Strategy } from './queries';
import { StrategiesScreen } from './screen';
import { sizeText } from './words';

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const strategy: Strategy = {
  id: 's1',
  slug: 'breakout',
  name: 'Breakout',
  description: 'The first half hour',
  symbols: [],
  visibility: 'private',
  publisher: 'Desk',
  created_at: '2026-11-22T00:00:00Z',
  is_own: true,
  stats: null,
  activations: [],
  webhook_url: 'https://trade.example.com/webhook/strategy/strategy_01a2b3c4_9fK2mQ7xTz4LbVn8RsWcYd3H',
};
const follows = { id: 'f1', account_id: 'a1', size: null, multiplier: 0.5, enabled: true, holds: true };

test('Nothing_yet_leads_to_a_new_strategy_with_what_to_paste', async () => {
  const { sent } = renderPage(<StrategiesScreen />, { 'GET /api/strategies': ok([]), 'POST /api/strategies': ok(strategy, 201) });
  await userEvent.click(await screen.findByRole('button', { name: 'New strategy' }));
  await userEvent.type(screen.getByLabelText('Name'), 'Breakout');
  await userEvent.click(screen.getByRole('button', { name: 'Create' }));
  expect(await screen.findByText('Breakout is ready')).toBeVisible();
  expect(screen.getByText(/strate\*\*\*\*WcYd3H/)).toBeVisible();
  expect(screen.getByRole('region', { name: 'Message' })).toHaveTextContent('{{strategy.market_position}}');
  expect(sent.find((call) => call.route === 'POST /api/strategies')?.body).toEqual({ name: 'Breakout', description: '' });
});

test('An_account_is_activated_with_a_size_of_its_own_and_a_plan_that_is_used_up_says_so', async () => {
  const { sent } = renderPage(<StrategiesScreen />, {
    'GET /api/strategies': ok([strategy]),
    'POST /api/strategies/s1/activate': ok({ code: 'plan.limit_reached', title: 'Plan limit', detail: 'Your plan Pro has 1 strategy.' }, 402),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Activate' }));
  const dialog = within(screen.getByRole('dialog'));
  await userEvent.selectOptions(dialog.getByLabelText('Size of an entry'), 'risk_percent');
  await userEvent.type(dialog.getByLabelText('How much'), '0.5');
  await userEvent.click(dialog.getByRole('button', { name: 'Activate' }));
  expect(await dialog.findByText(/Your plan Pro has 1 strategy/)).toBeVisible();
  expect(sent.find((call) => call.route.endsWith('/activate'))?.body).toEqual({ account_id: 'a1', multiplier: 1, size: { mode: 'risk_percent', value: 0.5 } });
});

test('Whoever_stops_following_in_a_position_is_told_that_exits_still_reach_it', async () => {
  const { sent } = renderPage(<StrategiesScreen />, {
    'GET /api/strategies': ok([{ ...strategy, activations: [follows] }]),
    'DELETE /api/strategies/s1/activations/f1': { status: 200, body: {} },
  });
  expect(await screen.findByText("The signal's size × 0.5")).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'More for Swing' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Stop following' }));
  expect(screen.getByText(/Exits still reach it until it is flat/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Stop following' }));
  expect(sent.map((call) => call.route)).toContain('DELETE /api/strategies/s1/activations/f1');
});

test('A_deletion_says_how_many_accounts_follow_and_hold', async () => {
  renderPage(<StrategiesScreen />, { 'GET /api/strategies': ok([{ ...strategy, activations: [follows] }]) });
  await userEvent.click(await screen.findByRole('button', { name: 'More for Breakout' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  expect(screen.getByText(/1 account follows it/)).toBeVisible();
  expect(screen.getByText(/1 account is in a position of it/)).toBeVisible();
});

test('The_owner_sees_what_became_of_each_signal_in_counts', async () => {
  const signal = { id: 'x', received_at: '2026-11-22T00:00:00Z', status: 202, code: null, error: null, dialect: 'unify.v1', action: 'target', symbol: 'EURUSD', fan_out: 3 };
  renderPage(<SignalsDialog strategy={strategy} open onOpenChange={() => undefined} />, {
    'GET /api/strategies/s1/signals': ok({ items: [{ ...signal, outcomes: [{ outcome: 'filled', accounts: 2 }, { outcome: 'refused', accounts: 1 }] }], next_cursor: null }),
  });
  expect(await screen.findByText('3 accounts got an order')).toBeVisible();
  expect(screen.getByText('2 filled')).toBeVisible();
  expect(screen.getByText('1 refused by own rules')).toBeVisible();
});

test('A_size_is_told_in_words', () => {
  expect(sizeText({ size: null, multiplier: 1 })).toBe("The signal's size");
  expect(sizeText({ size: { mode: 'qty', value: 0.1 }, multiplier: 2 })).toBe('0.1 per entry × 2');
  expect(sizeText({ size: { mode: 'risk_percent', value: 1 }, multiplier: 1 })).toBe('1% of equity at risk');
});
