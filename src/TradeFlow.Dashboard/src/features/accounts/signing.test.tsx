import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { account, renderPage, type Answer } from '../../../test/page';
import { Signing } from './signing';

const route = '/api/accounts/{id}/signing-secret'.replace('{id}', account.id);
const ok = (body: unknown, status = 200): Answer => ({ status, body });
const secret = 'whsec_c2VjcmV0IG9mIGF0IGxlYXN0IHR3ZW50eS1mb3Vy';
const since = '2026-11-22T00:00:00Z';
const page = <Signing account={account} open onOpenChange={() => {}} />;

test('Before_the_first_secret_it_says_that_TradingView_is_refused_and_then_shows_the_secret_once', async () => {
  const { sent } = renderPage(page, { [`GET ${route}`]: ok({ since: null, old_until: null }), [`POST ${route}`]: ok({ secret, since, old_until: null }) });
  expect(await screen.findByText('TradingView cannot sign.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Make secret' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Show the signing secret' }));
  expect(screen.getByText(secret)).toBeVisible();
  expect(sent.find((s) => s.route === `POST ${route}`)?.body).toEqual({ keep_old: true });
});

test('A_secret_is_replaced_at_once_where_that_is_chosen', async () => {
  const { sent } = renderPage(page, { [`GET ${route}`]: ok({ since, old_until: null }), [`POST ${route}`]: ok({ secret, since, old_until: null }) });
  await userEvent.click(await screen.findByRole('switch', { name: 'End the present secret at once' }));
  await userEvent.click(screen.getByRole('button', { name: 'Make new secret' }));
  await waitFor(() => expect(sent.find((s) => s.route === `POST ${route}`)?.body).toEqual({ keep_old: false }));
});

test('Signing_is_stopped_and_the_state_is_read_again', async () => {
  let state: Answer = ok({ since, old_until: null });
  renderPage(page, {
    [`GET ${route}`]: () => state,
    [`DELETE ${route}`]: () => {
      state = ok({ since: null, old_until: null });
      return ok(undefined, 204);
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Stop signing' }));
  expect(await screen.findByText('Messages need no signature now: the key in the URL is enough.')).toBeVisible();
});
