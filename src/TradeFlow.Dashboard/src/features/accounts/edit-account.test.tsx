import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, renderPage, type Answer } from '../../../test/page';
import { EditAccount } from './edit-account';

const patch = 'PATCH /api/accounts/a1';
const show = (seconds: number | null, answer: Answer) =>
  renderPage(<EditAccount account={{ ...account, max_age_seconds: seconds }} what="age" open onOpenChange={() => {}} />, { [patch]: answer });

test('The_age_of_an_alert_is_limited_and_the_limit_is_taken_away_by_emptying_it', async () => {
  const { sent } = show(300, { status: 200, body: account });
  const seconds = await screen.findByLabelText('Seconds');
  expect(seconds).toHaveValue(300);
  await userEvent.clear(seconds);
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.find((one) => one.route === patch)?.body).toEqual({ max_age_seconds: null }));

  await userEvent.type(seconds, '60');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.filter((one) => one.route === patch).at(-1)?.body).toEqual({ max_age_seconds: 60 }));
});

test('A_fault_of_the_age_stands_at_its_field', async () => {
  show(null, { status: 422, body: { code: 'validation.failed', title: 'No', errors: { max_age_seconds: ['Use 1 to 86400 seconds, or null for no limit.'] } } });
  await userEvent.type(await screen.findByLabelText('Seconds'), '5');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Use 1 to 86400 seconds, or null for no limit.')).toBeVisible();
});
