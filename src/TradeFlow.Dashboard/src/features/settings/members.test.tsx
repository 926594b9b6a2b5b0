import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, me, renderPage } from '../../../test/page';
import { Members } from './members';

const swing = account;
const scalp = { ...account, id: 'a2', name: 'Scalp' };
const member = (user_id: string, name: string, role: string, accounts: string[] | null) => ({
  user_id,
  email: `${name.toLowerCase()}@example.com`,
  name,
  role,
  joined_at: '2026-11-22T00:00:00Z',
  accounts,
});
const lists = {
  'GET /api/user/brokers': { status: 200, body: [swing, scalp] },
  'GET /api/tenant/invitations': { status: 200, body: { items: [], next_cursor: null } },
  'GET /api/tenant/members': {
    status: 200,
    body: { items: [member('u', 'Mara', 'owner', null), member('b', 'Ben', 'trader', null), member('c', 'Cleo', 'viewer', ['a2', 'gone'])], next_cursor: null },
  },
};

const open = async (name: string): Promise<HTMLElement> => {
  await userEvent.click(await screen.findByRole('button', { name: `More for ${name}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Choose accounts' }));
  return screen.findByRole('dialog', { name: `Accounts of ${name}` });
};

test('A_member_is_shown_with_their_accounts_by_name', async () => {
  renderPage(<Members />, lists);
  await screen.findByText('Cleo');
  await waitFor(() => expect(screen.getByText('Cleo').closest('li')).toHaveTextContent('Scalp, 1 removed'));
  expect(screen.getByText('Ben').closest('li')).toHaveTextContent('All accounts');
  // An owner always sees all: there is nothing to choose, and nothing to say.
  expect(screen.getByText('Mara').closest('li')).not.toHaveTextContent('All accounts');
});

test('An_owner_gives_a_member_some_accounts_and_takes_the_list_away_again', async () => {
  const { sent } = renderPage(<Members />, {
    ...lists,
    'PATCH /api/tenant/members/b': { status: 200, body: null },
    'PATCH /api/tenant/members/c': { status: 200, body: null },
  });
  const bens = await open('Ben');
  expect(within(bens).getByRole('radio', { name: /All accounts/ })).toBeChecked();
  await userEvent.click(within(bens).getByRole('radio', { name: /Only some/ }));
  expect(within(bens).getByText(/they will see no account at all/)).toBeVisible();
  await userEvent.click(within(bens).getByRole('checkbox', { name: /Swing/ }));
  await userEvent.click(within(bens).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.find(({ route }) => route === 'PATCH /api/tenant/members/b')?.body).toEqual({ role: 'trader', accounts: ['a1'] }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  const cleos = await open('Cleo');
  expect(within(cleos).getByRole('checkbox', { name: /Scalp/ })).toBeChecked();
  await userEvent.click(within(cleos).getByRole('radio', { name: /All accounts/ }));
  await userEvent.click(within(cleos).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent.find(({ route }) => route === 'PATCH /api/tenant/members/c')?.body).toEqual({ role: 'viewer', accounts: null }));
});

test('An_invitation_brings_the_accounts_and_that_of_an_owner_none', async () => {
  const { sent } = renderPage(<Members />, {
    ...lists,
    'POST /api/tenant/invitations': { status: 422, body: { code: 'validation.failed', title: 'No', errors: { accounts: ['One of these is no account of this workspace.'] } } },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Invite' }));
  await userEvent.type(screen.getByLabelText('E-mail'), 'kim@example.com');
  await userEvent.click(screen.getByRole('radio', { name: /Only some/ }));
  await userEvent.click(screen.getByRole('checkbox', { name: /Scalp/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Send invitation' }));
  expect(await screen.findByText('One of these is no account of this workspace.')).toBeVisible();
  expect(sent.find(({ route }) => route === 'POST /api/tenant/invitations')?.body).toEqual({ email: 'kim@example.com', role: 'viewer', accounts: ['a2'] });

  await userEvent.selectOptions(screen.getByLabelText('Role'), 'owner');
  expect(screen.queryByRole('radio')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Send invitation' }));
  await waitFor(() => expect(sent.filter(({ route }) => route === 'POST /api/tenant/invitations').at(-1)?.body).toEqual({ email: 'kim@example.com', role: 'owner', accounts: null }));
});

test('Who_sees_some_accounts_is_offered_nothing_that_is_about_all_of_them', async () => {
  const tenant = { ...me.tenant, role: 'trader', accounts: ['a1'] };
  renderPage(<Members />, { ...lists, 'GET /api/user/me': { status: 200, body: { ...me, tenant, tenants: [tenant] } } });
  await screen.findByText('Ben');
  expect(screen.queryByRole('button', { name: /More for/ })).toBeNull();
});
