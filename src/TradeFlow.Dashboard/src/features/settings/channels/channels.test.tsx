import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Channel, ChannelInput, Delivery } from '@/api/types';
import { renderPage, type Answer } from '../../../../test/page';
import { Channels } from './channels';

const get = 'GET /api/user/notification_settings';
const put = 'PUT /api/user/notification_settings';
const log = 'GET /api/user/notification_settings/deliveries';
const probe = 'POST /api/user/notification_settings/test';

const mail: Channel = {
  id: 'c1',
  kind: 'email',
  target: 'mara@example.com',
  enabled: true,
  events: ['order.failed'],
  quiet_from: '22:00',
  quiet_to: '07:00',
  time_zone: 'Europe/Zurich',
};
const failed: Delivery = {
  id: 'd1',
  channel_id: 'c1',
  event: 'order.failed',
  status: 'failed',
  attempts: 27,
  last_error: 'The mail relay refused it (550).',
  created_at: '2026-11-22T14:30:00Z',
  next_at: null,
  ended_at: '2026-11-23T14:30:00Z',
};
const ok = (body: unknown): Answer => ({ status: 200, body });
const open = (channels: Channel[], more: Record<string, Answer> = {}) =>
  renderPage(<Channels />, { [get]: ok({ channels }), [log]: ok({ items: channels.length > 0 ? [failed] : [], next_cursor: null }), ...more });
const putBody = (sent: { route: string; body: unknown }[]): ChannelInput[] => {
  const last = sent.findLast((one) => one.route === put);
  return last === undefined ? [] : (last.body as { channels: ChannelInput[] }).channels;
};

test('Without_channels_the_way_to_the_first_one_is_shown_and_takes_ones_own_address', async () => {
  const { sent } = open([], { [put]: ok({ channels: [mail] }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Send mails to me' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByLabelText('E-mail address')).toHaveValue('mara@example.com');
  expect(within(dialog).getByLabelText('A trade was closed')).not.toBeChecked();
  await userEvent.click(within(dialog).getByLabelText('Billing'));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add channel' }));

  await waitFor(() => expect(sent.some((one) => one.route === put)).toBe(true));
  const [channel] = putBody(sent);
  expect(channel).toMatchObject({ kind: 'email', target: 'mara@example.com', enabled: true, quiet_from: null, quiet_to: null });
  expect(channel?.events).toContain('order.failed');
  expect(channel?.events).not.toContain('billing');
  expect(channel).not.toHaveProperty('id');
});

test('A_channel_says_what_it_is_told_of_and_what_did_not_arrive', async () => {
  open([mail]);
  const list = await screen.findByRole('list', { name: 'Channels' });
  expect(within(list).getByRole('listitem')).toHaveTextContent('1 of 11 events · Quiet 22:00–07:00, Europe/Zurich');
  const deliveries = await screen.findByRole('region', { name: 'Last deliveries' });
  expect(await within(deliveries).findByText('The mail relay refused it (550).')).toBeVisible();
  expect(within(deliveries).getByText('Failed')).toBeVisible();
});

test('Changing_one_channel_sends_the_others_as_they_are', async () => {
  const chat: Channel = { ...mail, id: 'c2', kind: 'telegram', target: '4711' };
  const { sent } = open([mail, chat], { [put]: ok({ channels: [mail, chat] }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Edit Telegram 4711' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByLabelText(/Quiet hours/));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(sent.some((one) => one.route === put)).toBe(true));
  expect(putBody(sent)).toEqual([mail, { ...chat, quiet_from: null, quiet_to: null }]);
});

test('What_the_server_refuses_stands_under_its_field', async () => {
  open([mail], { [put]: { status: 422, body: { code: 'validation.failed', title: 'No', errors: { 'channels[1].target': ['localhost leads into a private network.'] } } } });
  await userEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.selectOptions(within(dialog).getByLabelText('Kind'), 'webhook');
  await userEvent.type(within(dialog).getByLabelText('Address'), 'https://localhost/');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add channel' }));

  expect(await within(dialog).findByText('localhost leads into a private network.')).toBeVisible();
  expect(within(dialog).getByLabelText('Address')).toBeInvalid();
});

test('The_secret_of_a_new_webhook_is_shown_once_to_be_copied', async () => {
  const hook: Channel = { ...mail, id: 'c3', kind: 'webhook', target: 'https://example.com/', secret: 'whsec_0123456789abcdef' };
  open([], { [put]: ok({ channels: [hook] }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
  await userEvent.selectOptions(await screen.findByLabelText('Kind'), 'webhook');
  await userEvent.type(screen.getByLabelText('Address'), 'https://example.com/');
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Add channel' }));

  expect(await screen.findByText('Copy the secret')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Show the secret' }));
  expect(screen.getByText('whsec_0123456789abcdef')).toBeVisible();
});

test('A_test_says_what_came_of_it', async () => {
  open([mail], { [probe]: ok({ id: 'd2', delivered: false, error: 'The mail relay refused it (550).' }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Send a test to E-mail mara@example.com' }));
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('The test did not arrive.The mail relay refused it (550).');
});

test('Removing_asks_first_and_leaves_the_channel_out', async () => {
  const { sent } = open([mail], { [put]: ok({ channels: [] }) });
  await userEvent.click(await screen.findByRole('button', { name: 'Remove E-mail mara@example.com' }));
  expect(sent.some((one) => one.route === put)).toBe(false);
  await userEvent.click(await screen.findByRole('button', { name: 'Remove channel' }));
  await waitFor(() => expect(sent.some((one) => one.route === put)).toBe(true));
  expect(putBody(sent)).toEqual([]);
});
