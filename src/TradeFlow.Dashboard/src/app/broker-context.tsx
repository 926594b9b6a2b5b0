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

/** What rows say of accounts. Its money is not in it: that moves with every price, and would draw each row anew. */
interface AccountNames extends Pick<BrokerContextValue, 'known' | 'brokerName' | 'currencyOf'> {
  nameOf: (accountId: string | null | undefined) => string | undefined;
}

const BrokerContext = createContext<BrokerContextValue | null>(null);
const AccountNamesContext = createContext<AccountNames | null>(null);
const none: readonly Account[] = [];
const named = (accounts: readonly Account[]) => accounts.map(({ id, name, currency }) => ({ id, name, currency }));

export function BrokerProvider({ children }: { children: ReactNode }) {
  const accounts = useQuery(accountsQuery());
  const brokers = useQuery(brokersQuery());
  // The same as long as nothing in it has changed.
  const { data: faces } = useQuery({ ...accountsQuery(), select: named });
  const names = useMemo<AccountNames>(() => {
    const byId = new Map(faces?.map((account) => [account.id, account]));
    const slugs = new Map(brokers.data?.flatMap((b) => [b.broker, ...b.aliases].map((slug) => [slug, b.name] as const)));
    const face = (id: string | null | undefined) => (id === null || id === undefined ? undefined : byId.get(id));
    return { known: faces !== undefined, nameOf: (id) => face(id)?.name, currencyOf: (id) => face(id)?.currency ?? '', brokerName: (slug) => slugs.get(slug) ?? slug };
  }, [faces, brokers.data]);
  const value = useMemo<BrokerContextValue>(() => {
    const connectedBrokers = accounts.data ?? none;
    const byId = new Map(connectedBrokers.map((account) => [account.id, account]));
    const netting = new Set(brokers.data?.filter((b) => b.capabilities.position_mode === 'netting').map((b) => b.broker));
    return {
      connectedBrokers,
      known: accounts.data !== undefined,
      account: (id) => (id === null || id === undefined ? undefined : byId.get(id)),
      brokerName: names.brokerName,
      hedges: (slug) => !netting.has(slug),
      currencyOf: names.currencyOf,
    };
  }, [accounts.data, brokers.data, names]);
  return (
    <AccountNamesContext value={names}>
      <BrokerContext value={value}>{children}</BrokerContext>
    </AccountNamesContext>
  );
}

/** For rows that many of are drawn. */
export function useAccountNames(): AccountNames {
  const value = use(AccountNamesContext);
  if (value === null) throw new Error('useAccountNames outside BrokerProvider');
  return value;
}

export function useBrokers(): BrokerContextValue {
  const value = use(BrokerContext);
  if (value === null) throw new Error('useBrokers outside BrokerProvider');
  return value;
}
