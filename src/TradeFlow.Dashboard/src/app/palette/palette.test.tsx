import { RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { account, me, position, renderPage } from '../../../test/page';
import { createAppRouter } from '../router';

const empty = { status: 200, body: { items: [], next_cursor: null } };

/** The whole page at an address, without its socket. */
async function openAt(address: string, answers: Parameters<typeof renderPage>[1] = {}) {
  vi.stubGlobal('WebSocket', class extends EventTarget { close() {} });
  vi.stubGlobal('scrollTo', () => {});
  // Wide enough for the sidebar.
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => {}, removeEventListener: () => {} }));
  window.history.replaceState(null, '', address);
  const page = renderPage(<RouterProvider router={createAppRouter()} />, { 'GET /api/orders': empty, 'GET /api/notifications': empty, ...answers });
  await screen.findByRole('navigation', { name: 'Main' });
  return page;
}

const openPalette = async () => {
  await userEvent.keyboard('{Control>}k{/Control}');
  return screen.findByRole('combobox', { name: 'Search and commands' });
};

beforeEach(() => localStorage.clear());

test('Every_screen_of_the_navigation_is_found_and_return_goes_there', async () => {
  await openAt('/orders');
  const labels = screen.getAllByRole('link').filter((link) => link.closest('[aria-label="Main"]')).map((link) => link.textContent);
  expect(labels.length).toBeGreaterThan(10);
  await openPalette();
  for (const label of labels) expect(screen.getAllByRole('option', { name: new RegExp(`^${label ?? '?'}`) }).length).toBeGreaterThan(0);

  await userEvent.keyboard('calendar{Enter}');

  await waitFor(() => expect(window.location.pathname).toBe('/calendar'));
  expect(screen.queryByRole('combobox', { name: 'Search and commands' })).toBeNull();
});

test('The_emergency_stop_is_asked_with_the_same_question_and_nothing_is_sent', async () => {
  const { sent } = await openAt('/orders?status=FILLED');
  await userEvent.type(await openPalette(), 'panic{Enter}');

  expect(await screen.findByRole('alertdialog', { name: 'Emergency Stop' })).toBeVisible();
  expect(await screen.findByText(/^Close 1 position on 1 account/)).toBeVisible();
  expect(window.location.search).toContain('stop=true');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));

  await waitFor(() => expect(window.location.pathname + window.location.search).toBe('/orders?status=FILLED'));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(sent.filter(({ route }) => route.startsWith('POST'))).toEqual([]);
});

test('An_open_position_is_closed_from_anywhere_after_its_question', async () => {
  const { sent } = await openAt('/orders', { 'POST /api/orders/close': { status: 200, body: { success: true, pnl: 20, gross_pnl: 20, filled_qty: 1, order_id: 'o' } } });
  await userEvent.type(await openPalette(), 'eurusd{Enter}');

  expect(await screen.findByRole('alertdialog', { name: 'Close 1 EURUSD at market?' })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Close Position' }));

  expect((await screen.findAllByText('Position closed with +$20.00 profit')).length).toBeGreaterThan(0);
  expect(sent.filter(({ route }) => route === 'POST /api/orders/close')).toEqual([{ route: 'POST /api/orders/close', body: { position_id: 'p1' } }]);
  await waitFor(() => expect(window.location.search).toBe(''));
});

test('A_link_to_a_position_that_is_gone_says_so', async () => {
  await openAt('/positions?close=gone');

  expect(await screen.findByText('This position is not open any more')).toBeVisible();
  expect(screen.queryByRole('alertdialog')).toBeNull();
});

test('Of_hundreds_of_positions_only_those_that_were_named_are_listed', async () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ ...position, id: `p${n}`, symbol: n === 7 ? 'XAUUSD' : 'EURUSD' }));
  await openAt('/orders', { 'GET /api/positions': { status: 200, body: many } });
  const field = await openPalette();
  expect(screen.queryByRole('option', { name: /Close Position/ })).toBeNull();

  await userEvent.type(field, 'xau');

  expect(await screen.findAllByRole('option', { name: /Close Position/ })).toHaveLength(1);
});

test('A_letter_after_G_leads_to_a_screen_but_not_while_something_is_typed', async () => {
  await openAt('/orders');
  await userEvent.keyboard('gk');
  await waitFor(() => expect(window.location.pathname).toBe('/calendar'));

  await userEvent.keyboard('?');
  expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveTextContent('Positions');
  await userEvent.keyboard('gp');
  expect(window.location.pathname).toBe('/calendar');
  await userEvent.keyboard('{Escape}');

  await userEvent.type(await openPalette(), 'gp');
  expect(window.location.pathname).toBe('/calendar');
});

test('Letters_that_are_switched_off_lead_nowhere', async () => {
  localStorage.setItem('tradeflow.display', JSON.stringify({ letters: false }));
  await openAt('/orders');

  await userEvent.keyboard('gk?');
  await openPalette();

  expect(window.location.pathname).toBe('/orders');
  expect(screen.queryByRole('dialog', { name: 'Keyboard shortcuts' })).toBeNull();
});

test('A_viewer_is_offered_nothing_that_changes_something', async () => {
  await openAt('/orders', { 'GET /api/user/me': { status: 200, body: { ...me, tenant: { ...me.tenant, role: 'viewer' } } } });

  await openPalette();

  expect(await screen.findByRole('option', { name: `Set up an alert: ${account.name}` })).toBeVisible();
  expect(screen.queryByRole('option', { name: /Emergency Stop|Close Position|Connect Broker/ })).toBeNull();
});
