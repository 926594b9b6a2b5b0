import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { account, renderPage, type Answer } from '../../test/page';
import { AccountLabel } from './account-label';

test('An_account_is_called_removed_only_once_the_list_is_known', async () => {
  let know: (accounts: Answer) => void = () => {};
  const accounts = new Promise<Answer>((resolve) => (know = resolve));
  renderPage(<><AccountLabel id="a1" broker="venue" /> <AccountLabel id="gone" broker="venue" /></>, {
    'GET /api/user/brokers': () => accounts,
  });

  expect(await screen.findAllByText('venue')).toHaveLength(2);
  expect(screen.queryByText(/removed/)).toBeNull();
  know({ status: 200, body: [account] });

  expect(await screen.findByText('Swing')).toBeVisible();
  expect(screen.getByText('venue (removed)')).toBeVisible();
});
