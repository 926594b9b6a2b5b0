import { createHash } from 'node:crypto';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Channel, ChannelInput } from '@/api/types';
import { renderPage } from '../../../../test/page';
import { Channels } from './channels';

const put = 'PUT /api/user/notification_settings';
const endpoint = 'https://push.example.com/abc';
const key = new Uint8Array(65).fill(4);
const keys = { p256dh: 'BPublic', auth: 'ASecret' };

const mine: Channel = {
  id: 'c9',
  kind: 'push',
  target: 'Chrome on Linux',
  subscription_id: createHash('sha256').update(endpoint).digest('hex'),
  enabled: true,
  events: ['order.failed'],
  quiet_from: null,
  quiet_to: null,
  time_zone: 'UTC',
};

/** A browser with push notifications, and what is asked of it. */
function browserWith({ permission = 'default', answer = 'granted', subscribed = false, agent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150' }) {
  const unsubscribe = vi.fn(async () => {
    now = null;
    return true;
  });
  const made = { endpoint, options: { applicationServerKey: key.buffer }, unsubscribe, toJSON: () => ({ endpoint, expirationTime: null, keys }) };
  let now: typeof made | null = subscribed ? made : null;
  const subscribe = vi.fn<(asked: { userVisibleOnly: boolean; applicationServerKey: Uint8Array }) => Promise<typeof made>>(async () => (now = made));
  const registration = { pushManager: { subscribe, getSubscription: async () => now } };
  const requestPermission = vi.fn(async () => answer);
  vi.stubGlobal('PushManager', vi.fn());
  vi.stubGlobal('Notification', { permission, requestPermission });
  Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: { ready: Promise.resolve(registration), getRegistration: async () => registration } });
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(agent);
  return { subscribe, unsubscribe, requestPermission };
}

const open = (channels: Channel[]) =>
  renderPage(<Channels />, {
    'GET /api/user/notification_settings': { status: 200, body: { channels } },
    'GET /api/user/notification_settings/deliveries': { status: 200, body: { items: [], next_cursor: null } },
    'GET /api/user/notification_settings/push': { status: 200, body: { public_key: Buffer.from(key).toString('base64url') } },
    [put]: { status: 200, body: { channels: [mine] } },
  });

const here = () => screen.findByRole('region', { name: 'Push to this browser' });

const putBody = (sent: { route: string; body: unknown }[]): ChannelInput[] | undefined =>
  (sent.findLast((one) => one.route === put)?.body as { channels: ChannelInput[] } | undefined)?.channels;

afterEach(() => {
  Reflect.deleteProperty(navigator, 'serviceWorker');
});

test('The_permission_is_asked_for_on_a_click_and_the_subscription_becomes_a_channel_with_its_events', async () => {
  const { subscribe, requestPermission } = browserWith({});
  const { sent } = open([]);
  const button = within(await here()).getByRole('button', { name: 'Push to this browser' });
  expect(requestPermission).not.toHaveBeenCalled();
  await userEvent.click(button);

  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByLabelText('Name of the browser')).toHaveValue('Chrome on Linux');
  expect(within(dialog).queryByLabelText('Kind')).toBeNull();
  expect(within(dialog).getByLabelText(/Quiet hours/)).toBeVisible();
  await userEvent.click(within(dialog).getByLabelText('Billing'));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add channel' }));

  await waitFor(() => expect(putBody(sent)).toBeDefined());
  expect(putBody(sent)?.[0]).toMatchObject({ kind: 'push', target: 'Chrome on Linux', subscription: { endpoint, keys } });
  expect(putBody(sent)?.[0]?.events).not.toContain('billing');
  expect(subscribe.mock.calls[0]?.[0].userVisibleOnly).toBe(true);
  expect(Buffer.from(subscribe.mock.calls[0]?.[0].applicationServerKey ?? []).equals(Buffer.from(key))).toBe(true);
});

test('Who_says_no_is_asked_nothing_more_and_no_channel_is_made', async () => {
  const { subscribe } = browserWith({ answer: 'denied' });
  const { sent } = open([]);
  await userEvent.click(within(await here()).getByRole('button', { name: 'Push to this browser' }));
  await waitFor(() => expect(within(screen.getByRole('region', { name: 'Push to this browser' })).getByRole('button')).toBeEnabled());
  expect(subscribe).not.toHaveBeenCalled();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(putBody(sent)).toBeUndefined();
});

test('What_the_browser_itself_refuses_is_not_taken_for_a_server_that_is_away', async () => {
  const { subscribe } = browserWith({});
  subscribe.mockRejectedValue(new DOMException('Registration failed - push service error', 'AbortError'));
  open([]);
  await userEvent.click(within(await here()).getByRole('button', { name: 'Push to this browser' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The browser could not subscribeRegistration failed - push service error.');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('Stopping_removes_the_channel_of_this_browser_alone_and_unsubscribes', async () => {
  const { unsubscribe } = browserWith({ permission: 'granted', subscribed: true });
  const other: Channel = { ...mine, id: 'c10', target: 'My phone', subscription_id: 'f'.repeat(64) };
  const { sent } = open([mine, other]);
  await userEvent.click(await screen.findByRole('button', { name: 'Stop pushing here' }));
  await waitFor(() => expect(unsubscribe).toHaveBeenCalledOnce());
  expect(putBody(sent)?.map(({ id }) => id)).toEqual(['c10']);
});

test('A_subscription_that_has_ended_is_made_anew', async () => {
  const { subscribe, unsubscribe } = browserWith({ permission: 'granted', subscribed: true });
  open([{ ...mine, enabled: false }]);
  await userEvent.click(within(await here()).getByRole('button', { name: 'Push to this browser' }));
  await screen.findByRole('dialog');
  expect(unsubscribe).toHaveBeenCalledOnce();
  expect(subscribe).toHaveBeenCalledOnce();
});

test('A_browser_that_refuses_says_how_to_allow_it_again', async () => {
  browserWith({ permission: 'denied' });
  open([]);
  expect(await here()).toHaveTextContent('Allow them in its settings for this site');
  expect(within(await here()).queryByRole('button')).toBeNull();
});

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1', 'Add to Home Screen'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/150', 'Not supported'],
])('Without_push_a_browser_says_so_with_the_mend_where_there_is_one_%#', async (agent, words) => {
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(agent);
  open([]);
  expect(await here()).toHaveTextContent(words);
});
