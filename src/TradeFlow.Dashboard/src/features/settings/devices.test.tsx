import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage } from '../../../test/page';
import { deviceName } from './device-name';
import { Devices } from './devices';

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

const session = (id: string, device: string, current: boolean) => ({
  id,
  device,
  address: '203.0.113.7',
  created_at: '2026-11-29T00:00:00Z',
  last_seen_at: '2026-11-30T00:00:00Z',
  current,
  passkey: false,
});

test.each([
  [chrome, 'Chrome on Windows'],
  [`${chrome} Edg/140.0.0.0`, 'Edge on Windows'],
  [iphone, 'Safari on iPhone'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['my-script/1.0', 'my-script/1.0'],
  [null, 'A program'],
])('A_browser_is_told_in_words_%s', (agent, words) => expect(deviceName(agent)).toBe(words));

test('Another_session_is_ended_and_this_one_cannot_be', async () => {
  const { sent } = renderPage(<Devices />, {
    'GET /api/user/sessions': { status: 200, body: { items: [session('a', chrome, true), session('b', iphone, false)], next_cursor: null } },
    'DELETE /api/user/sessions/b': { status: 204, body: null },
    'DELETE /api/user/sessions': { status: 204, body: null },
  });
  expect(await screen.findByText('This one')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'End Chrome on Windows' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'End Safari on iPhone' }));
  await waitFor(() => expect(sent.some(({ route }) => route === 'DELETE /api/user/sessions/b')).toBe(true));
  await userEvent.click(screen.getByRole('button', { name: 'End all others' }));
  await userEvent.click(await screen.findByRole('button', { name: 'End 1 session' }));
  await waitFor(() => expect(sent.some(({ route }) => route === 'DELETE /api/user/sessions')).toBe(true));
});
