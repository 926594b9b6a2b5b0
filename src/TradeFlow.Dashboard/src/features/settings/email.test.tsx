import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { me, renderPage } from '../../../test/page';
import { Email } from './email';

test('An_address_that_is_not_confirmed_says_so_and_its_mail_can_be_had_again', async () => {
  const { sent } = renderPage(<Email />, {
    'GET /api/user/me': { status: 200, body: { ...me, verified: false } },
    'POST /auth/verify/resend': { status: 202, body: null },
  });
  expect(await screen.findByText('Not confirmed')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Send the link again' }));
  expect(await screen.findByText('Mail sent')).toBeVisible();
  expect(sent.some(({ route }) => route === 'POST /auth/verify/resend')).toBe(true);
});

test('Another_address_is_asked_for_and_counts_later', async () => {
  const { sent } = renderPage(<Email />, { 'POST /api/user/email': { status: 202, body: null } });
  await userEvent.click(await screen.findByRole('button', { name: 'Change address' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('New e-mail address'), 'new@example.com');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Send the link' }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ route: 'POST /api/user/email', body: { email: 'new@example.com' } }));
  expect(screen.getByText('mara@example.com')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Send the link again' })).toBeNull();
});

test('A_log_in_that_is_some_minutes_old_is_proven_first', async () => {
  const answers = [{ status: 403, body: { code: 'auth.confirm_required', title: 'No' } }, { status: 202, body: null }];
  const proofs = [{ status: 401, body: { code: 'auth.invalid_credentials', title: 'No' } }, { status: 200, body: { access_token: 'newer', expires_in: 600 } }];
  const { sent } = renderPage(<Email />, {
    'POST /api/user/email': () => answers.shift() ?? { status: 500, body: {} },
    'POST /auth/confirm': () => proofs.shift() ?? { status: 500, body: {} },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Change address' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('New e-mail address'), 'new@example.com');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Send the link' }));
  const question = await screen.findByRole('dialog', { name: 'Is it you?' });
  await userEvent.type(within(question).getByLabelText('Password'), 'correct horse battery');
  await userEvent.click(within(question).getByRole('button', { name: 'Continue' }));
  expect(await within(question).findByRole('alert')).toBeVisible();
  expect(sent.filter(({ route }) => route === 'POST /auth/confirm')).toHaveLength(1);
  expect(sent.filter(({ route }) => route === 'POST /api/user/email')).toHaveLength(1);
  await userEvent.click(within(question).getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(sent.filter(({ route }) => route === 'POST /api/user/email')).toHaveLength(2));
  expect(sent.find(({ route }) => route === 'POST /auth/confirm')?.body).toEqual({ password: 'correct horse battery' });
  expect(await screen.findByText('Mail sent')).toBeVisible();
});
