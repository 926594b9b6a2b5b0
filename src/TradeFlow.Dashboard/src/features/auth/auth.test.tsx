import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { ForgotScreen } from './forgot-screen';
import { LogInScreen } from './log-in-screen';
import { ResetScreen } from './reset-screen';
import { SignUpScreen } from './sign-up-screen';
import { VerifyScreen } from './verify-screen';

function open(path: string, answers: Record<string, Answer | (() => Answer)>) {
  const root = createRootRoute();
  const page = (at: string, component: () => ReactNode) => createRoute({ getParentRoute: () => root, path: at, component });
  const router = createRouter({
    routeTree: root.addChildren([page('/login', LogInScreen), page('/signup', SignUpScreen), page('/verify', VerifyScreen), page('/forgot', ForgotScreen), page('/reset', ResetScreen)]),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  // The router of the app is the one that the types know.
  return renderPage(<RouterProvider router={router as never} />, answers);
}

test('Signing_up_says_under_each_field_what_it_needs', async () => {
  const { sent } = open('/signup', {});
  await userEvent.type(await screen.findByLabelText('E-mail'), 'mara');
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
  await waitFor(() => expect(screen.getByLabelText('Name')).toHaveFocus());
  expect(screen.getByLabelText('Name')).toHaveAccessibleDescription('Name is required.');
  expect(screen.getByLabelText('E-mail')).toHaveAccessibleDescription('Enter an e-mail address.');
  expect(screen.getByLabelText('Password')).toHaveAccessibleDescription('Password is required.');
  expect(sent.filter((s) => s.route.startsWith('POST'))).toEqual([]);
});

test('An_address_that_is_taken_is_said_at_the_address', async () => {
  open('/signup', { 'POST /auth/signup': { status: 409, body: { code: 'auth.email_taken', title: 'Taken', errors: { email: ['There is an account with this address.'] } } } });
  await userEvent.type(await screen.findByLabelText('Name'), 'Mara');
  await userEvent.type(screen.getByLabelText('E-mail'), 'mara@example.com');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse battery');
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
  await waitFor(() => expect(screen.getByLabelText('E-mail')).toHaveFocus());
  expect(screen.getByLabelText('E-mail')).toHaveAccessibleDescription('There is an account with this address.');
});

test('The_second_factor_is_asked_for_and_sent_with_what_was_typed_before', async () => {
  const answers = [
    { status: 401, body: { code: 'auth.totp_required', title: 'Code' } },
    { status: 401, body: { code: 'auth.invalid_credentials', title: 'No' } },
  ];
  const { sent } = open('/login', { 'POST /auth/login': () => answers.shift() ?? { status: 500, body: {} } });
  await userEvent.type(await screen.findByLabelText('E-mail'), 'mara@example.com');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse battery');
  await userEvent.click(screen.getByRole('button', { name: 'Log in' }));

  const code = await screen.findByLabelText(/Code from your authenticator/);
  expect(screen.queryByRole('alert')).toBeNull();
  await userEvent.type(code, '123 456');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The e-mail, password or code is not right.');
  expect(sent.filter((s) => s.route === 'POST /auth/login').at(-1)?.body).toEqual({ email: 'mara@example.com', password: 'correct horse battery', totp: '123456' });
});

test('The_link_of_a_mail_confirms_the_address_with_one_request', async () => {
  const { sent } = open('/verify?token=tfv_abc', { 'POST /auth/verify': { status: 200, body: null } });
  expect(await screen.findByRole('heading', { name: 'Your e-mail address is confirmed' })).toBeVisible();
  expect(sent.filter((s) => s.route === 'POST /auth/verify')).toEqual([{ route: 'POST /auth/verify', body: { token: 'tfv_abc' } }]);
});

test('A_link_that_was_used_is_no_alarm', async () => {
  open('/verify?token=tfv_abc', { 'POST /auth/verify': { status: 409, body: { code: 'auth.token_used', title: 'Conflict' } } });
  expect(await screen.findByText('This link has been used.')).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('An_old_link_leads_to_a_new_one', async () => {
  open('/verify?token=tfv_abc', { 'POST /auth/verify': { status: 410, body: { code: 'auth.token_expired', title: 'Gone', detail: 'This link does not work any more.' } } });
  expect(await screen.findByRole('alert')).toHaveTextContent('This link does not work any more.');
  expect(screen.getByRole('link', { name: 'Open the settings' })).toBeVisible();
});

test('Asking_for_a_link_does_not_say_whether_there_is_an_account', async () => {
  const { sent } = open('/forgot', { 'POST /auth/forgot': { status: 202, body: null } });
  await userEvent.type(await screen.findByLabelText('E-mail'), 'mara@example.com');
  await userEvent.click(screen.getByRole('button', { name: 'Send the link' }));
  expect(await screen.findByText('If mara@example.com has an account here, a mail is on its way.')).toBeVisible();
  expect(sent.at(-1)?.body).toEqual({ email: 'mara@example.com' });
});

test('A_new_password_is_set_by_the_link_and_a_link_that_is_gone_leads_to_a_new_one', async () => {
  const answers = [{ status: 410, body: { code: 'auth.token_expired', title: 'Gone', detail: 'This link does not work any more.' } }];
  const { sent } = open('/reset?token=tfw_abc', { 'POST /auth/reset': () => answers.shift() ?? { status: 500, body: {} } });
  await userEvent.type(await screen.findByLabelText('New password'), 'correct horse battery');
  await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
  expect(await screen.findByRole('link', { name: 'Ask for a new link' })).toBeVisible();
  expect(sent.at(-1)?.body).toEqual({ token: 'tfw_abc', password: 'correct horse battery' });
});
