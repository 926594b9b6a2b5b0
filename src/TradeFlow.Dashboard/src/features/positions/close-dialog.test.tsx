import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { position, renderPage } from '../../../test/page';
import { CloseDialog } from './close-dialog';

const closed = (pnl: number) => ({ 'POST /api/orders/close': { status: 200, body: { success: true, pnl, gross_pnl: pnl, filled_qty: 1, order_id: 'o' } } });
const bodies = (sent: { route: string; body: unknown }[]) => sent.filter((s) => s.route === 'POST /api/orders/close').map((s) => s.body);

test('Closing_asks_first_with_the_real_numbers_and_then_says_the_profit', async () => {
  const onDone = vi.fn();
  const { sent } = renderPage(<CloseDialog position={position} onDone={onDone} />, closed(20));

  const dialog = await screen.findByRole('alertdialog', { name: 'Close 1 EURUSD at market?' });
  await waitFor(() => expect(dialog).toHaveTextContent('+$20.00'));
  expect(dialog).toHaveTextContent('BUY 1');
  expect(bodies(sent)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Close Position' }));

  expect((await screen.findAllByText('Position closed with +$20.00 profit')).length).toBeGreaterThan(0);
  expect(bodies(sent)).toEqual([{ position_id: 'p1' }]);
  expect(onDone).toHaveBeenCalled();
});

test('A_close_without_an_answer_is_not_called_closed', async () => {
  renderPage(<CloseDialog position={position} onDone={() => {}} />, {
    'POST /api/orders/close': { status: 202, body: { success: true, order_id: 'o', status: 'pending' } },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Close Position' }));
  expect((await screen.findAllByText('The close is on its way')).length).toBeGreaterThan(0);
  expect(screen.queryByText(/Position closed/)).toBeNull();
});

test('A_loss_is_called_a_loss', async () => {
  renderPage(<CloseDialog position={{ ...position, pnl: -20 }} onDone={() => {}} />, closed(-20));
  await userEvent.click(await screen.findByRole('button', { name: 'Close Position' }));
  expect((await screen.findAllByText('Position closed with -$20.00 loss')).length).toBeGreaterThan(0);
});

test('A_part_is_closed_with_its_share_of_the_profit', async () => {
  const { sent } = renderPage(<CloseDialog position={position} onDone={() => {}} />, closed(5));
  await userEvent.click(await screen.findByRole('radio', { name: 'A part' }));
  const quantity = screen.getByLabelText('Quantity to close');
  await userEvent.clear(quantity);
  await userEvent.type(quantity, '0.25');
  expect(screen.getByRole('alertdialog', { name: 'Close 0.25 EURUSD at market?' })).toHaveTextContent('+$5.00');
  await userEvent.click(screen.getByRole('button', { name: 'Close 0.25' }));
  expect(bodies(sent)).toEqual([{ position_id: 'p1', qty: 0.25 }]);
});

test.each(['0', '-1', '2', 'x', ''])('A_part_of_%j_cannot_be_closed', async (text) => {
  renderPage(<CloseDialog position={position} onDone={() => {}} />);
  await userEvent.click(await screen.findByRole('radio', { name: 'A part' }));
  await userEvent.clear(screen.getByLabelText('Quantity to close'));
  if (text !== '') await userEvent.type(screen.getByLabelText('Quantity to close'), text);
  expect(screen.getByRole('button', { name: 'Close part' })).toBeDisabled();
});

test('A_refusal_stays_in_the_dialog_with_its_code', async () => {
  const onDone = vi.fn();
  renderPage(<CloseDialog position={position} onDone={onDone} />, {
    'POST /api/orders/close': { status: 422, body: { code: 'broker.rejected', title: 'Refused', detail: 'Market is closed' } },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Close Position' }));
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Market is closed');
  expect(alert).toHaveTextContent('broker.rejected');
  expect(onDone).not.toHaveBeenCalled();
});

test('A_position_that_is_closed_already_is_no_error', async () => {
  const onDone = vi.fn();
  renderPage(<CloseDialog position={position} onDone={onDone} />, {
    'POST /api/orders/close': { status: 409, body: { code: 'position.closed', title: 'Closed' } },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Close Position' }));
  expect((await screen.findAllByText('This position was closed already')).length).toBeGreaterThan(0);
  expect(onDone).toHaveBeenCalled();
});
