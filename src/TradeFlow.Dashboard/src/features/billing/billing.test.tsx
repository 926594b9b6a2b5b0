import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { BillingStatus, Plan, Usage } from '@/api/types';
import { me, renderPage, type Answer } from '../../../test/page';
import { BillingPage } from './billing-page';
import { daysText } from './your-plan';

const trial: Usage = {
  plan: 'trial',
  trades_count: 12,
  trades_limit: 100,
  trial_days_left: 2.4,
  trial_start: '2026-11-22T00:00:00Z',
  trial_ends_at: '2026-11-25T00:00:00Z',
  entries_allowed: true,
  block_code: null,
  block_text: null,
  brokers: 1,
  accounts_count: 1,
  limits: { brokers: 1, accounts_per_broker: 1, strategies: 0, trades: 100 },
  accounts: [{ id: 'a1', broker: 'venue', name: 'Swing', mode: 'demo', exit_only: false }],
};
const free: BillingStatus = {
  status: 'trialing',
  plan: 'trial',
  current_period_end: null,
  cancel_at_period_end: false,
  price_id: null,
  trial_ends_at: '2026-11-25T00:00:00Z',
  grace_ends_at: null,
  configured: true,
  can_manage: false,
};
const paid: BillingStatus = { ...free, status: 'active', plan: 'pro', price_id: 'price_pro', current_period_end: '2026-12-23T10:00:00Z', trial_ends_at: null, can_manage: true };
const pro: Usage = { ...trial, plan: 'pro', trades_limit: null, trial_days_left: null, trial_ends_at: null, limits: { brokers: 2, accounts_per_broker: 2, strategies: 1, trades: null } };
const plans: Plan[] = [
  { plan: 'trial', name: 'Trial', price_id: null, price: 0, currency: 'USD', limits: trial.limits },
  { plan: 'starter', name: 'Starter', price_id: 'price_starter', price: 20, currency: 'USD', limits: { brokers: 1, accounts_per_broker: 1, strategies: 0, trades: null } },
  { plan: 'pro', name: 'Pro', price_id: 'price_pro', price: 40, currency: 'USD', limits: pro.limits },
];

const ok = (body: unknown): Answer => ({ status: 200, body });
const server = (usage: Usage, status: BillingStatus, more: Record<string, Answer | (() => Answer)> = {}) => ({
  'GET /api/billing/usage': ok(usage),
  'GET /api/billing/status': ok(status),
  'GET /api/billing/plans': ok(plans),
  ...more,
});

test('The_trial_shows_what_is_used_and_its_exact_end_with_the_zone', async () => {
  renderPage(<BillingPage />, server(trial, free));
  expect(await screen.findByRole('meter', { name: 'Trades' })).toHaveAttribute('aria-valuetext', '12 of 100');
  const end = document.querySelector('time[datetime="2026-11-25T00:00:00Z"]');
  expect(end?.textContent).toMatch(/25 Nov.*\d\d:\d\d:\d\d \S+/);
  expect(screen.getByText(/2 days left/)).toBeInTheDocument();
});

test('Upgrade_to_Pro_opens_a_Checkout_that_comes_back_here', async () => {
  const leave = vi.fn();
  const { sent } = renderPage(<BillingPage leave={leave} />, server(trial, free, { 'POST /api/billing/checkout': ok({ url: 'https://checkout.stripe.com/c/1' }) }));
  const card = (await screen.findByText('$40')).closest('li');
  expect(card).toHaveTextContent('2 brokers');
  expect(card).toHaveTextContent('2 accounts per broker');
  expect(card).toHaveTextContent('1 strategy');
  expect(card).toHaveTextContent('Unlimited trades');
  await userEvent.click(screen.getByRole('button', { name: 'Upgrade to Pro' }));
  await waitFor(() => expect(leave).toHaveBeenCalledWith('https://checkout.stripe.com/c/1'));
  expect(sent.find(({ route }) => route === 'POST /api/billing/checkout')?.body).toEqual({
    price_id: 'price_pro',
    success_url: `${window.location.origin}/billing?checkout=done`,
    cancel_url: `${window.location.origin}/billing?checkout=canceled`,
  });
});

test('When_Stripe_is_away_it_says_so_and_goes_nowhere', async () => {
  const leave = vi.fn();
  const away = { status: 503, body: { code: 'billing.stripe_unavailable', title: 'Unavailable', detail: 'Stripe does not answer at the moment, and nothing was charged.' } };
  renderPage(<BillingPage leave={leave} />, server(trial, free, { 'POST /api/billing/checkout': away }));
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade to Pro' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('billing.stripe_unavailable');
  expect(leave).not.toHaveBeenCalled();
});

test('Back_from_paying_it_waits_for_the_plan_and_then_says_so', async () => {
  let looks = 0;
  renderPage(
    <BillingPage returned="done" />,
    server(trial, free, { 'GET /api/billing/status': () => ok((looks += 1) > 1 ? paid : free), 'GET /api/billing/usage': () => ok(looks > 1 ? pro : trial) }),
  );
  expect(await screen.findByText('Your payment is being confirmed')).toBeInTheDocument();
  expect(await screen.findByText('Thank you, your plan is in force', {}, { timeout: 6000 })).toBeInTheDocument();
}, 10_000);

test('Back_without_paying_nothing_was_charged', async () => {
  renderPage(<BillingPage returned="canceled" />, server(trial, free));
  expect(await screen.findByText('Nothing was bought')).toBeInTheDocument();
});

test('A_running_subscription_is_managed_in_the_portal_and_not_bought_twice', async () => {
  const leave = vi.fn();
  renderPage(<BillingPage leave={leave} />, server(pro, paid, { 'POST /api/billing/portal': ok({ url: 'https://billing.stripe.com/p/1' }) }));
  expect(await screen.findByText('Your plan')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Upgrade/ })).toBeNull();
  expect(screen.getByText(/Renews/)).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Manage subscription' }));
  await waitFor(() => expect(leave).toHaveBeenCalledWith('https://billing.stripe.com/p/1'));
});

test('An_overdue_payment_is_told_with_its_last_day', async () => {
  renderPage(<BillingPage />, server(pro, { ...paid, status: 'past_due', grace_ends_at: '2026-11-30T10:00:00Z' }));
  const notice = (await screen.findByText('Your last payment failed')).closest('[role=status]');
  expect(notice).toHaveTextContent(/30 Nov/);
  expect(notice).toHaveTextContent('Closing positions always works');
});

test('When_entries_are_stopped_it_says_why', async () => {
  renderPage(<BillingPage />, server({ ...trial, entries_allowed: false, block_code: 'trial.trades', block_text: 'Trial limit: 100 trades reached. Upgrade to continue.' }, free));
  expect(await screen.findByText('New trades are stopped')).toBeInTheDocument();
  expect(screen.getByText(/Trial limit: 100 trades reached/)).toBeInTheDocument();
});

test('Without_Stripe_the_page_says_so_and_offers_nothing', async () => {
  renderPage(<BillingPage />, server(trial, { ...free, configured: false }));
  expect(await screen.findByText('Plans cannot be bought here yet')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Upgrade/ })).toBeNull();
});

test('Only_an_owner_is_offered_to_buy', async () => {
  const trader = { ...me, tenant: { ...me.tenant, role: 'trader' } };
  renderPage(<BillingPage />, server(trial, free, { 'GET /api/user/me': ok(trader) }));
  expect(await screen.findByText('$40')).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Upgrade/ })).toBeNull();
});

test('Accounts_beyond_the_plan_are_chosen_within_its_limits', async () => {
  const over: Usage = {
    ...trial,
    plan: 'starter',
    accounts_count: 2,
    accounts: [
      { id: 'a1', broker: 'venue', name: 'Swing', mode: 'demo', exit_only: false },
      { id: 'a2', broker: 'venue', name: 'Scalp', mode: 'demo', exit_only: true },
    ],
  };
  const { sent } = renderPage(<BillingPage />, server(over, { ...paid, plan: 'starter', price_id: 'price_starter' }, { 'PATCH /api/billing/accounts': ok({ ...over, accounts: [] }) }));
  const second = await screen.findByRole('checkbox', { name: /Scalp/ });
  expect(within(second.closest('li') ?? document.body).getByText('closes only')).toBeInTheDocument();
  await userEvent.click(second);
  expect(screen.getByText('Your plan has 1 account per broker. Untick some.')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Use these' })).toBeDisabled();
  await userEvent.click(screen.getByRole('checkbox', { name: /Swing/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Use these' }));
  await waitFor(() => expect(sent.find(({ route }) => route === 'PATCH /api/billing/accounts')?.body).toEqual({ account_ids: ['a2'] }));
});

test('A_page_that_cannot_be_loaded_offers_another_try', async () => {
  renderPage(<BillingPage />, server(trial, free, { 'GET /api/billing/plans': { status: 500, body: { code: 'internal', title: 'Error' } } }));
  expect(await screen.findByText('Billing could not be loaded')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
});

test.each([
  [2.9, '2 days'],
  [1.5, '1 day'],
  [0.99, '23 hours'],
  [0.05, '1 hour'],
  [0.001, '1 hour'],
])('%d_days_are_told_as_%s', (days, text) => expect(daysText(days)).toBe(text));
