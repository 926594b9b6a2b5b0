import type { FetchQueryOptions, QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { accountsQuery, brokersQuery } from '@/api/queries/accounts';
import { usageQuery } from '@/api/queries/billing';
import { meQuery } from '@/api/queries/me';
import { notificationsQuery } from '@/api/queries/notifications';
import { positionsQuery } from '@/api/queries/positions';
import { session } from '@/api/session';
import { stopQuery } from './emergency-stop/queries';
import { NotFound, RouteError } from './route-fallbacks';
import { Shell } from './shell/shell';
import { Boot } from './user-context';

export const isSignedIn = async (): Promise<boolean> => {
  if (session.state === 'unknown') await session.refresh();
  return session.state === 'signed-in';
};

/** A word of the address; an empty one is none. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The parent of pages that anyone may see. */
export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ notFoundComponent: NotFound });

/** Asks for what a page will show before the page is drawn, unless it is known. What fails is asked for again by whoever shows it. */
export const askEarly = async <TData, TKey extends readonly unknown[]>(queries: QueryClient, query: FetchQueryOptions<TData, Error, TData, TKey>): Promise<void> =>
  queries.prefetchQuery({ ...query, staleTime: Infinity, retry: false });

/** The parent of screens: they are for whoever is signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  pendingComponent: Boot,
  // Opens the question of the emergency stop on any screen; a link alone stops nothing.
  validateSearch: (search: Record<string, unknown>): { stop?: true | undefined } => ({ stop: search['stop'] === true || undefined }),
  errorComponent: RouteError,
  beforeLoad: async ({ location }) => {
    if (!(await isSignedIn())) throw redirect({ to: '/login', search: { next: location.href === '/' ? undefined : location.href }, replace: true });
  },
  // All at once: drawn in one piece, a page takes less of a processor than one answer after another. Only who is looking is waited for.
  loader: async ({ context: { queries } }) => {
    const me = askEarly(queries, meQuery());
    void askEarly(queries, accountsQuery());
    void askEarly(queries, positionsQuery());
    void askEarly(queries, brokersQuery());
    void askEarly(queries, stopQuery());
    void askEarly(queries, usageQuery());
    void queries.prefetchInfiniteQuery({ ...notificationsQuery(), staleTime: Infinity, retry: false });
    await me;
  },
});
