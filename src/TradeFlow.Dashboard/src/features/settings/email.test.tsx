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
