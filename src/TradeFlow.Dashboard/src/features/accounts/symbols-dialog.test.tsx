import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, renderPage, type Answer } from '../../../test/page';
import { SymbolsDialog } from './symbols-dialog';

const ok = (body: unknown): Answer => ({ status: 200, body });
const lines = ok({ items: [{ symbol: 'NQ', target: 'MNQ', factor: 10 }] });
const show = (answers: Record<string, Answer>) => renderPage(<SymbolsDialog account={account} open onOpenChange={() => {}} />, { 'GET /api/accounts/a1/symbols': lines, ...answers });

test('Lines_are_added_and_saved_as_a_whole', async () => {
  const { sent } = show({ 'PUT /api/accounts/a1/symbols': lines });
  await userEvent.click(await screen.findByRole('button', { name: 'Add a line' }));
  const [, symbol] = screen.getAllByLabelText('In alerts');
  const [, target] = screen.getAllByLabelText('At the broker');
  if (symbol === undefined || target === undefined) throw new Error('no second line');
  await userEvent.type(symbol, '*');
  await userEvent.type(target, '*.r');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));

  expect((await screen.findAllByText('Symbols saved')).length).toBeGreaterThan(0);
  expect(sent.find((s) => s.route === 'PUT /api/accounts/a1/symbols')?.body).toEqual({ items: [{ symbol: 'NQ', target: 'MNQ', factor: 10 }, { symbol: '*', target: '*.r', factor: 1 }] });
});

test('A_fault_stands_at_its_line', async () => {
  show({ 'PUT /api/accounts/a1/symbols': { status: 422, body: { code: 'validation.failed', title: 'No', errors: { 'items[0].target': ["Give the broker's symbol."] } } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Save' }));
  expect(await screen.findByText("Give the broker's symbol.")).toBeVisible();
  expect(screen.getByLabelText('At the broker')).toBeInvalid();
  expect(screen.getByLabelText('At the broker')).toHaveFocus();
});

test('A_line_is_removed_and_the_next_keeps_what_was_typed', async () => {
  const { sent } = show({ 'PUT /api/accounts/a1/symbols': lines });
  await userEvent.click(await screen.findByRole('button', { name: 'Add a line' }));
  const [, symbol] = screen.getAllByLabelText('In alerts');
  if (symbol === undefined) throw new Error('no second line');
  await userEvent.type(symbol, 'ES');
  await userEvent.click(screen.getByRole('button', { name: 'Remove NQ' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.getByLabelText('At the broker')).toHaveFocus());
  expect(screen.getByLabelText('At the broker')).toHaveAccessibleDescription('At the broker is required.');
  expect(sent.some((s) => s.route.startsWith('PUT'))).toBe(false);

  await userEvent.type(screen.getByLabelText('At the broker'), 'MES');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.find((s) => s.route.startsWith('PUT'))?.body).toEqual({ items: [{ symbol: 'ES', target: 'MES', factor: 1 }] }));
});

test('A_symbol_is_tried_and_its_contract_named', async () => {
  show({
    'GET /api/accounts/a1/symbols/resolve': ok({
      canonical: 'NQ1!', mapped: 'MNQ1!', factor: 10, rule: 'NQ', broker_symbol: 'CON.F.US.MNQ.Z26', description: 'Micro Nasdaq', tick_size: 0.25, quantity_step: 1, min_quantity: 1, problem: null, suggestions: [],
    }),
  });
  await userEvent.type(await screen.findByLabelText('Try a symbol'), 'NQ1!');
  await userEvent.click(screen.getByRole('button', { name: 'Look up' }));
  expect(await screen.findByText('NQ1! trades CON.F.US.MNQ.Z26')).toBeVisible();
  expect(screen.getByText(/by the line NQ · size × 10/)).toBeVisible();
});
