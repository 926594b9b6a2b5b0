import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { me, renderPage, type Answer } from '../../../test/page';
import { Question } from './question';

const asked = { client_id: 'c', name: 'Chart Copier', publisher: 'Other desk', own: false, redirect_host: 'copier.example', scopes: ['openid', 'read', 'trade'] };

function show(answers: Record<string, Answer>) {
  const left: string[] = [];
  const page = renderPage(<Question request="r" leave={(url) => left.push(url)} reload={() => left.push('reload')} />, {
    'GET /api/user/consent': { status: 200, body: asked },
    ...answers,
  });
  return { ...page, left };
}

test('What_an_app_could_do_is_said_in_words_and_allowing_it_goes_on_to_where_the_server_says', async () => {
  const { sent, left } = show({ 'POST /api/user/consent': { status: 200, body: { continue_url: '/connect/authorize?x' } } });
  expect(await screen.findByRole('heading', { name: 'Let Chart Copier in?' })).toBeVisible();
  expect(screen.getByText(/Other desk.*which is not TradeFlow/)).toBeVisible();
  expect(screen.getByRole('list', { name: 'It could' })).toHaveTextContent('Trade: open, change and close positions and orders');
  expect(screen.getByText('copier.example')).toBeVisible();
  expect(screen.getByText('Desk')).toBeVisible();

  await userEvent.click(screen.getByRole('button', { name: 'Let it in' }));

  await waitFor(() => expect(left).toEqual(['/connect/authorize?x']));
  expect(sent.filter((call) => call.route.startsWith('POST'))).toEqual([{ route: 'POST /api/user/consent', body: { request: 'r', allow: true } }]);
});

test('Refusing_goes_back_too_and_says_so', async () => {
  const { sent, left } = show({ 'POST /api/user/consent': { status: 200, body: { continue_url: '/connect/authorize?no' } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Refuse' }));
  await waitFor(() => expect(left).toEqual(['/connect/authorize?no']));
  expect(sent.at(-1)?.body).toEqual({ request: 'r', allow: false });
});

test('A_viewer_is_told_that_the_app_could_only_look', async () => {
  const tenant = { ...me.tenant, role: 'viewer' };
  show({ 'GET /api/user/me': { status: 200, body: { ...me, tenant, tenants: [tenant] } } });
  expect(await screen.findByText(/You are a viewer here/)).toBeVisible();
});

test('Who_has_several_workspaces_chooses_the_one_that_the_app_gets_into', async () => {
  const other = { id: 't2', slug: 'fund', name: 'Fund', role: 'trader' };
  const { sent, left } = show({
    'GET /api/user/me': { status: 200, body: { ...me, tenants: [me.tenant, other] } },
    'POST /auth/switch': { status: 200, body: { tenant_id: 't2', role: 'trader', access_token: 'a', expires_in: 600 } },
  });
  await userEvent.selectOptions(await screen.findByLabelText('In which workspace'), 'Fund (trader)');
  await waitFor(() => expect(left).toEqual(['reload']));
  expect(sent.at(-1)).toEqual({ route: 'POST /auth/switch', body: { tenant_id: 't2' } });
});

test('An_app_that_is_not_there_or_not_open_to_the_workspace_is_not_let_in', async () => {
  show({ 'GET /api/user/consent': { status: 404, body: { code: 'not_found', title: 'Not found' } } });
  expect(await screen.findByRole('alert')).toHaveTextContent('No app is asking for anything here.');
  expect(screen.queryByRole('button', { name: 'Let it in' })).toBeNull();
});
