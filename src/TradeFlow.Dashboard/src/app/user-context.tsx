import { useQuery } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, type ReactNode } from 'react';
import { meQuery } from '@/api/queries/me';
import type { Me } from '@/api/types';
import { Button } from '@/ui/button';
import { LoadError, Skeleton } from '@/ui/states';
import { session } from '@/api/session';
import { knownZone } from '@/ui/time';
import { useTheme } from './theme-context';

interface UserContextValue {
  user: Me;
  /** A viewer can change nothing; the server enforces it, the page does not offer it. */
  canTrade: boolean;
  isOwner: boolean;
  /** Who sees some of the accounts connects none, and changes nothing that holds for all of them. */
  canManage: boolean;
  logOut: () => Promise<void>;
}

const UserContext = createContext<UserContextValue | null>(null);

export function UserProvider({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery());
  const { setZone } = useTheme();
  const chosen = me.data?.time_zone;
  // What the browser keeps is for the time before this is known. Whoever has not chosen yet keeps that.
  useEffect(() => {
    if (chosen != null) setZone(knownZone(chosen));
  }, [chosen, setZone]);
  const value = useMemo<UserContextValue | null>(
    () => (me.data === undefined ? null : { user: me.data, ...rightsIn(me.data.tenant), logOut: () => session.logOut().finally(() => setZone('local')) }),
    [me.data, setZone],
  );
  if (value !== null) return <UserContext value={value}>{children}</UserContext>;
  if (me.isError)
    return (
      <main className="grid min-h-dvh place-items-center">
        <div>
          <LoadError what="Your profile" error={me.error} onRetry={() => void me.refetch()} />
          <div className="text-center">
            <Button look="ghost" onClick={() => void session.logOut()}>
              Log out
            </Button>
          </div>
        </div>
      </main>
    );
  return <Boot />;
}

function rightsIn({ role, accounts }: Me['tenant']): Pick<UserContextValue, 'canTrade' | 'isOwner' | 'canManage'> {
  const canTrade = role !== 'viewer';
  return { canTrade, isOwner: role === 'owner', canManage: canTrade && accounts === null };
}

export function Boot() {
  return (
    <main role="status" aria-label="Loading TradeFlow" className="mx-auto flex min-h-dvh max-w-5xl flex-col gap-5 p-6 lg:pl-72">
      <Skeleton className="h-8 w-48" />
      <div className="grid gap-4 sm:grid-cols-3">
        <Skeleton className="h-28 rounded-2xl" />
        <Skeleton className="h-28 rounded-2xl" />
        <Skeleton className="h-28 rounded-2xl" />
      </div>
      <Skeleton className="h-72 rounded-2xl" />
    </main>
  );
}

export function useUser(): UserContextValue {
  const value = use(UserContext);
  if (value === null) throw new Error('useUser outside UserProvider');
  return value;
}
