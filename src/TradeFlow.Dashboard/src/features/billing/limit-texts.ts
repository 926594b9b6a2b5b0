import type { Plan } from '@/api/types';

const count = (limit: number | null, one: string, many: string): string =>
  limit === null ? `Unlimited ${many}` : limit === 1 ? `1 ${one}` : `${limit} ${many}`;

/** What a plan includes, a line for each limit. */
export const limitTexts = ({ brokers, accounts_per_broker, strategies, trades }: Plan['limits']): string[] => [
  count(brokers, 'broker', 'brokers'),
  `${count(accounts_per_broker, 'account', 'accounts')} per broker`,
  ...(strategies === 0 ? [] : [count(strategies, 'strategy', 'strategies')]),
  count(trades, 'trade', 'trades'),
];
