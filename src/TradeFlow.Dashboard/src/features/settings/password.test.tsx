import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { Password } from './password';

const change = 'POST /api/user/password';

async function open(answer: Answer | (() => Promise<Answer>)) {
  const page = renderPage(<Password />, { [change]: answer });
  await userEvent.click(await screen.findByRole('button', { name: 'Change password' }));
  const save = await screen.findByRole('button', { name: 'Change password' });
  return { ...page, save, current: screen.getByLabelText('Current password'), fresh: screen.getByLabelText('New password') };
}

test('What_is_missing_stands_under_its_field_and_nothing_is_sent', async () => {
  const { sent, save, current, fresh } = await open({ status: 204, body: null });
  await userEvent.type(fresh, 'short');
  await userEvent.click(save);
  await waitFor(() => expect(current).toHaveFocus());
  expect(current).toHaveAccessibleDescription('Current password is required.');
  expect(fresh).toHaveAccessibleDescription('At least 12 characters.');
  expect(sent.some((s) => s.route === change)).toBe(false);

  await userEvent.type(current, 'x');
  await waitFor(() => expect(current).toBeValid());
});

test('What_the_server_refuses_stands_under_its_field_until_it_is_changed', async () => {
  const { save, current, fresh } = await open({ status: 422, body: { code: 'validation.failed', title: 'No', errors: { password: ['It is in a list of leaked passwords.'] } } });
  await userEvent.type(current, 'correct horse');
  await userEvent.type(fresh, 'password password');
  await userEvent.click(save);
  await waitFor(() => expect(fresh).toHaveFocus());
  expect(fresh).toHaveAccessibleDescription('It is in a list of leaked passwords.');
  expect(screen.queryByRole('alert')).toBeNull();

  await userEvent.type(fresh, '!');
  await waitFor(() => expect(fresh).toHaveAccessibleDescription('At least 12 characters. A sentence is fine.'));
});

test('A_refusal_that_has_no_field_here_is_shown_all_the_same', async () => {
  const { save, current, fresh } = await open({ status: 422, body: { code: 'validation.failed', title: 'Not so', errors: { nonce: ['Too old.'] } } });
  await userEvent.type(current, 'correct horse');
  await userEvent.type(fresh, 'battery staple battery');
  await userEvent.click(save);
  expect(await screen.findByRole('alert')).toHaveTextContent('Not so');
});

test('Two_quick_clicks_send_it_once', async () => {
  let release: (answer: Answer) => void = () => {};
  const { sent, save, current, fresh } = await open(() => new Promise<Answer>((done) => (release = done)));
  await userEvent.type(current, 'correct horse');
  await userEvent.type(fresh, 'battery staple battery');
  await userEvent.dblClick(save);
  await waitFor(() => expect(sent.some((s) => s.route === change)).toBe(true));
  expect(save).toBeDisabled();
  release({ status: 200, body: {} });
  expect(await screen.findByText('Password changed')).toBeVisible();
  expect(sent.filter((s) => s.route === change)).toHaveLength(1);
});
