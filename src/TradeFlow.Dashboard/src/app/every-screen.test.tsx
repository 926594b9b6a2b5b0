import { RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { me, renderPage, type Answer } from '../../test/page';
import { createAppRouter } from './router';

const screens = Object.values(createAppRouter().routesByPath)
  .filter(({ options }) => options.staticData?.nav !== undefined)
  .map(({ fullPath }): string => fullPath)
  .concat(['tenants', 'users', 'accounts', 'signals', 'strategies', 'plugins', 'calendar', 'audit'].map((tab) => `/admin?tab=${tab}`));

const admin: Answer = { status: 200, body: { ...me, role: 'admin', two_factor_enabled: true } };

/** A screen whose server answers everything but who one is in one way. */
function openAt(address: string, answer: () => Answer | Promise<Answer>) {
  vi.stubGlobal('WebSocket', class extends EventTarget { close() {} });
  vi.stubGlobal('scrollTo', () => {});
  window.history.replaceState(null, '', address);
  const answers = new Proxy<Record<string, Answer | (() => Answer | Promise<Answer>)>>({}, { get: (_, route) => (route === 'GET /api/user/me' ? admin : answer) });
  return renderPage(<RouterProvider router={createAppRouter()} />, answers);
}

test('There_are_screens', () => expect(screens.length).toBeGreaterThan(18));

test.each(screens)('%s_shows_where_something_will_be_while_it_loads', async (address) => {
  openAt(address, () => new Promise<Answer>(() => {}));

  expect((await screen.findAllByRole('status', { name: /^Loading/ })).length).toBeGreaterThan(0);
});

test.each(screens)('%s_says_what_could_not_be_loaded_with_its_code_and_tries_again', async (address) => {
  const { sent } = openAt(address, () => ({ status: 503, body: { code: 'unavailable', title: 'TradeFlow is busy' } }));
  // Nothing loads for ever: every part of the screen comes to its end.
  await waitFor(
    () => {
      expect(screen.getByRole('main')).toHaveTextContent('unavailable');
      expect(screen.queryByRole('status', { name: /^Loading/ })).toBeNull();
    },
    { timeout: 10_000 },
  );
  const before = sent.length;

  const [retry] = screen.getAllByRole<HTMLButtonElement>('button', { name: 'Try again' });
  await userEvent.click(retry as HTMLButtonElement);

  await waitFor(() => expect(sent.length).toBeGreaterThan(before));
});
