import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { Dialog } from './dialog';
import { toasts, Toasts } from './toast';

test('A_success_is_shown_and_dismissed', async () => {
  render(<Toasts />);
  toasts.success('Limits saved', 'They hold for the next signal.');
  expect(await screen.findByText('Limits saved')).toBeVisible();
  expect(screen.getByText('They hold for the next signal.')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();

  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  await waitFor(() => expect(screen.queryByText('Limits saved')).toBeNull());
});

test('An_error_interrupts_with_all_its_words', async () => {
  render(<Toasts />);
  toasts.problem(new ApiProblem({ status: 409, code: 'order.gone', title: 'Gone', detail: 'This order is filled.' }));
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('This order is filled.');
  expect(alert).toHaveTextContent('order.gone');
});

test('A_toast_is_reached_and_dismissed_by_the_keyboard', async () => {
  render(
    <>
      <button type="button">Save</button>
      <Toasts />
    </>,
  );
  toasts.info('The close is on its way');
  await screen.findByText('The close is on its way');
  await userEvent.keyboard('[F8]');
  expect(screen.getByRole('list')).toHaveFocus();
  screen.getByRole('button', { name: 'Dismiss' }).focus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByText('The close is on its way')).toBeNull());
});

test('A_click_on_a_toast_leaves_the_dialog_open', async () => {
  render(
    <>
      <Dialog open onOpenChange={(open) => !open && toasts.error('The dialog has closed')} title="Change password">
        typed
      </Dialog>
      <Toasts />
    </>,
  );
  toasts.info('A notification');
  await userEvent.click(await screen.findByText('A notification'), { pointerEventsCheck: 0 });
  toasts.info('After the click');
  await screen.findByText('After the click');
  expect(screen.queryByText('The dialog has closed')).toBeNull();
});
