import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, renderPage } from '../../../test/page';
import { AlertRules } from './alert-rules';

test('What_follows_a_missed_message_and_who_may_send_are_saved_together', async () => {
  const patch = 'PATCH /api/accounts/a1';
  const { sent } = renderPage(<AlertRules account={{ ...account, on_gap: 'hold' }} open onOpenChange={() => {}} />, {
    [patch]: { status: 200, body: account },
  });
  const gap = await screen.findByLabelText('After a missed message of a strategy');
  expect(gap).toHaveValue('hold');
  expect(screen.getByRole('switch', { name: 'TradingView only' })).not.toBeChecked();
  await userEvent.selectOptions(gap, 'sync');
  await userEvent.click(screen.getByRole('switch', { name: 'TradingView only' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.find((one) => one.route === patch)?.body).toEqual({ on_gap: 'sync', tradingview_only: true }));
});
