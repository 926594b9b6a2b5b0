import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, renderPage, type Answer } from '../../../test/page';
import { MessageDefaults } from './message-defaults';

const patch = 'PATCH /api/accounts/a1';
const show = (answer: Answer) =>
  renderPage(<MessageDefaults account={{ ...account, stop_unit: 'pips' }} open onOpenChange={() => {}} />, { [patch]: answer });

test('A_size_is_set_with_what_it_measures_and_a_unit_is_taken_away', async () => {
  const { sent } = show({ status: 200, body: account });
  expect(screen.queryByLabelText('How much')).toBeNull();
  await userEvent.selectOptions(await screen.findByLabelText('Size of an entry'), 'risk_percent');
  await userEvent.type(screen.getByLabelText('How much'), '1.5');
  await userEvent.selectOptions(screen.getByLabelText('A bare number of a stop or target is'), '');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(sent.find((one) => one.route === patch)?.body).toEqual({ default_size: { mode: 'risk_percent', value: 1.5 }, stop_unit: null }),
  );
});

test('A_fault_of_the_size_stands_at_its_field', async () => {
  show({ status: 422, body: { code: 'validation.failed', title: 'No', errors: { 'default_size.value': ['Use a number above 0 and up to 100.'] } } });
  await userEvent.selectOptions(await screen.findByLabelText('Size of an entry'), 'risk_percent');
  await userEvent.type(screen.getByLabelText('How much'), '500');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Use a number above 0 and up to 100.')).toBeVisible();
});
