import { useQuery } from '@tanstack/react-query';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { accountsQuery, brokersQuery } from '@/api/queries/accounts';
import type { Account } from '@/api/types';

interface BrokerContextValue {
  connectedBrokers: readonly Account[];
  /** False until the list is known: an empty list that is only loading must not look like "nothing connected". */
  known: boolean;
  account: (id: string | null | undefined) => Account | undefined;
  brokerName: (slug: string) => string;
  /** May an account there hold both sides of a symbol at once? Where it is not known, yes. */
  hedges: (slug: string) => boolean;
  /** The currency of an account's money, for amounts that carry only the account; nothing where it is not known, or the account is gone. */
  currencyOf: (accountId: string | null | undefined) => string;
}

const BrokerContext = createContext<BrokerContextValue | null>(null);
const none: readonly Account[] = [];

export function BrokerProvider({ children }: { children: ReactNode }) {
  const accounts = useQuery(accountsQuery());
  const brokers = useQuery(brokersQuery());
  const value = useMemo<BrokerContextValue>(() => {
    const connectedBrokers = accounts.data ?? none;
    const byId = new Map(connectedBrokers.map((account) => [account.id, account]));
    const names = new Map(brokers.data?.flatMap((b) => [b.broker, ...b.aliases].map((slug) => [slug, b.name] as const)));
    const netting = new Set(brokers.data?.filter((b) => b.capabilities.position_mode === 'netting').map((b) => b.broker));
    return {
      connectedBrokers,
      known: accounts.data !== undefined,
      account: (id) => (id === null || id === undefined ? undefined : byId.get(id)),
      brokerName: (slug) => names.get(slug) ?? slug,
      hedges: (slug) => !netting.has(slug),
      currencyOf: (id) => (id === null || id === undefined ? undefined : byId.get(id)?.currency) ?? '',
    };
  }, [accounts.data, brokers.data]);
  return <BrokerContext value={value}>{children}</BrokerContext>;
}

export function useBrokers(): BrokerContextValue {
  const value = use(BrokerContext);
  if (value === null) throw new Error('useBrokers outside BrokerProvider');
  return value;
}
