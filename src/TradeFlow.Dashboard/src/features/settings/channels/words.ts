import type { Channel } from '@/api/types';

export type Kind = 'email' | 'telegram' | 'discord' | 'webhook' | 'push';

/** What the events are called, in the order of the form. */
export const events: readonly (readonly [string, string])[] = [
  ['order.failed', 'An order failed after it was accepted'],
  ['order.needs_review', 'An order needs your review'],
  ['account.offline', 'An account cannot be reached'],
  ['account.needs_reconnect', 'An account needs to be connected again'],
  ['emergency_stop', 'Emergency stop'],
  ['limit.reached', 'A limit refuses entries'],
  ['gap', 'A message of a strategy was missed'],
  ['trade.closed', 'A trade was closed'],
  ['trial.ending', 'Your trial is ending'],
  ['billing', 'Billing'],
  ['login.new_device', 'A log-in from a new device'],
];

export const eventText = (name: string): string => (name === 'test' ? 'Test' : (events.find(([event]) => event === name)?.[1] ?? name));

export const kinds: Record<Kind, { name: string; target: string; help: string; placeholder: string }> = {
  email: { name: 'E-mail', target: 'E-mail address', help: 'A mail for each event.', placeholder: 'you@example.com' },
  telegram: {
    name: 'Telegram',
    target: 'Chat',
    help: 'The number of your chat with our bot, or the @name of a channel that the bot may write in.',
    placeholder: '123456789',
  },
  discord: {
    name: 'Discord',
    target: 'Webhook URL',
    help: 'In Discord: channel settings, Integrations, Webhooks.',
    placeholder: 'https://discord.com/api/webhooks/…',
  },
  webhook: {
    name: 'Webhook',
    target: 'Address',
    help: 'Gets a signed POST for each event (standard-webhooks). The secret is shown once.',
    placeholder: 'https://example.com/hooks/tradeflow',
  },
  push: { name: 'Push', target: 'Name of the browser', help: 'A notification of that browser for each event.', placeholder: 'Chrome on Linux' },
};

export const kindName = (kind: string): string => (kind in kinds ? kinds[kind as Kind].name : kind);

export const quietText = (channel: Channel): string | null =>
  channel.quiet_from === null || channel.quiet_to === null ? null : `Quiet ${channel.quiet_from}–${channel.quiet_to}, ${channel.time_zone}`;

/** The token of a Discord webhook opens the channel: whoever looks over the shoulder does not need it. */
export const shownTarget = (channel: Channel): string =>
  channel.kind === 'discord' ? channel.target.replace(/[^/]+$/, '****') : channel.target;
