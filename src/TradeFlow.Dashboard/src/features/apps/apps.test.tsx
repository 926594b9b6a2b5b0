import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { OwnApp } from '@/api/types';
import { me, renderPage, type Answer } from '../../../test/page';
import { AppsScreen } from './screen';

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const app: OwnApp = {
  client_id: '0199b6a0-0000-7000-8000-000000000001',
  name: 'Journal',
  redirect_uris: ['https://journal.example.com/callback'],
  scopes: ['openid', 'trade'],
  confidential: true,
  published: false,
  created_at: '2026-11-22T00:00:00Z',
};
const list = (...items: OwnApp[]): Answer => ok({ items, next_cursor: null });

test('An_app_is_made_and_its_secret_is_shown_once', async () => {
  const secret = 'a-secret-that-is-long-enough-to-be-masked';
  const { sent } = renderPage(<AppsScreen />, { 'GET /api/tenant/apps': list(), 'POST /api/tenant/apps': ok({ ...app, client_secret: secret }, 201) });
  await userEvent.click(await screen.findByRole('button', { name: 'New app' }));
  await userEvent.type(screen.getByLabelText('Name'), 'Journal');
  await userEvent.click(screen.getByRole('switch', { name: 'Keeps a secret' }));
  await userEvent.type(screen.getByLabelText(/^Redirect addresses/), 'https://journal.example.com/callback{enter}http://127.0.0.1:7000/cb');
  await userEvent.click(screen.getByRole('checkbox', { name: /^trade/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Make app' }));

  const ready = await screen.findByRole('dialog', { name: 'Journal is ready' });
  expect(sent.find((s) => s.route === 'POST /api/tenant/apps')?.body).toEqual({
    name: 'Journal',
    redirect_uris: ['https://journal.example.com/callback', 'http://127.0.0.1:7000/cb'],
    scopes: ['openid', 'read', 'trade'],
    confidential: true,
    published: true,
  });
  expect(within(ready).queryByText(secret)).toBeNull();
  await userEvent.click(within(ready).getByRole('button', { name: 'Show the client secret' }));
  expect(within(ready).getByText(secret)).toBeVisible();
  await userEvent.click(within(ready).getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByText(secret)).toBeNull());
});

test('What_the_server_refuses_stands_at_its_field', async () => {
  renderPage(<AppsScreen />, {
    'GET /api/tenant/apps': list(),
    'POST /api/tenant/apps': ok({ code: 'validation.failed', errors: { name: ['Name the app.'], redirect_uris: ["'ftp://x' is none."], scopes: ['Name one.'] } }, 422),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'New app' }));
  await userEvent.click(screen.getByRole('button', { name: 'Make app' }));
  await waitFor(() => expect(screen.getByLabelText('Name')).toHaveAccessibleDescription('Name the app.'));
  expect(screen.getByLabelText('Name')).toHaveFocus();
  expect(screen.getByLabelText('Redirect addresses')).toHaveAccessibleDescription("'ftp://x' is none.");
  expect(screen.getByRole('group', { name: 'It may ask for' })).toHaveAccessibleDescription('Name one.');
});

test('An_app_shows_what_it_is_and_is_deleted_after_a_question', async () => {
  const route = `DELETE /api/tenant/apps/${app.client_id}`;
  let apps = list(app);
  const { sent } = renderPage(<AppsScreen />, {
    'GET /api/tenant/apps': () => apps,
    [route]: () => {
      apps = list();
      return ok(undefined, 204);
    },
  });
  expect(await screen.findByText('https://journal.example.com/callback')).toBeVisible();
  expect(screen.getByText('this workspace only')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Delete Journal' }));
  expect(sent.map((s) => s.route)).not.toContain(route);
  await userEvent.click(await screen.findByRole('button', { name: 'Delete app' }));
  expect(await screen.findByText('No apps')).toBeVisible();
  expect(sent.map((s) => s.route)).toContain(route);
});

test('Who_is_no_owner_is_told_who_can', async () => {
  const { sent } = renderPage(<AppsScreen />, { 'GET /api/user/me': ok({ ...me, tenant: { ...me.tenant, role: 'trader' } }) });
  expect(await screen.findByText('Owners make apps')).toBeVisible();
  expect(sent.map((s) => s.route)).not.toContain('GET /api/tenant/apps');
});
