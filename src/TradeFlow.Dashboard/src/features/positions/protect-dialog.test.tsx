import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { position, renderPage } from '../../../test/page';
import { ProtectDialog } from './protect-dialog';

const route = `POST /api/positions/${position.id}/protect`;
const bodies = (sent: { route: string; body: unknown }[]) => sent.filter((s) => s.route === route).map((s) => s.body);
const withStops = { ...position, stop_loss: 1.08, take_profit: 1.12 };

test('Only_what_was_changed_is_sent_and_an_empty_field_takes_away', async () => {
  const onDone = vi.fn();
  const { sent } = renderPage(<ProtectDialog position={withStops} onDone={onDone} />, { [route]: { status: 200, body: { success: true, order_id: 'o' } } });
  const stop = await screen.findByLabelText(/^Stop loss/);
  await userEvent.clear(stop);
  await userEvent.type(stop, '1.085');
  await userEvent.click(screen.getByRole('button', { name: 'Move' }));
  expect((await screen.findAllByText('Stop and target changed')).length).toBeGreaterThan(0);
  await userEvent.clear(screen.getByLabelText(/^Take profit/));
  await userEvent.click(screen.getByRole('button', { name: 'Move' }));
  await vi.waitFor(() => expect(bodies(sent)).toEqual([{ stop_loss: 1.085 }, { stop_loss: 1.085, take_profit: null }]));
  expect(onDone).toHaveBeenCalled();
});

test('A_refusal_stands_under_its_field', async () => {
  const onDone = vi.fn();
  renderPage(<ProtectDialog position={position} onDone={onDone} />, {
    [route]: { status: 422, body: { code: 'validation.failed', title: 'Invalid', errors: { stop_loss: ['The stop loss would be 2.'] } } },
  });
  await userEvent.type(await screen.findByLabelText(/^Stop loss/), '2');
  await userEvent.click(screen.getByRole('button', { name: 'Move' }));
  expect(await screen.findByText('The stop loss would be 2.')).toBeVisible();
  expect(onDone).not.toHaveBeenCalled();
});

test('A_broker_that_cannot_is_shown_with_its_words', async () => {
  renderPage(<ProtectDialog position={position} onDone={() => {}} />, {
    [route]: { status: 422, body: { code: 'broker.cannot_modify', title: 'Refused', detail: 'Set them with the entry.' } },
  });
  await userEvent.type(await screen.findByLabelText(/^Take profit/), '2');
  await userEvent.click(screen.getByRole('button', { name: 'Move' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Set them with the entry.');
});
