import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { renderPage, type Answer } from '../../../test/page';
import { LogInScreen } from './log-in-screen';
import { SignUpScreen } from './sign-up-screen';

function open(path: '/login' | '/signup', answers: Record<string, Answer | (() => Answer)>) {
  const root = createRootRoute();
  const page = (at: string, component: () => ReactNode) => createRoute({ getParentRoute: () => root, path: at, component });
  const router = createRouter({
    routeTree: root.addChildren([page('/login', LogInScreen), page('/signup', SignUpScreen)]),
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
