import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { Trade } from '@/api/types';
import { download } from '@/ui/download';
import type { Filter, Grouping } from './search';

const of = (filter: Filter) => ({ params: { query: filter } });

export const summaryQuery = (filter: Filter) =>
  queryOptions({ queryKey: ['analytics', 'summary', filter], queryFn: () => unwrap(api.GET('/api/analytics/summary', of(filter))) });

export const equityQuery = (filter: Filter) =>
  queryOptions({ queryKey: ['analytics', 'equity', filter], queryFn: () => unwrap(api.GET('/api/analytics/equity', of(filter))) });

export const daysQuery = (filter: Filter) =>
  queryOptions({ queryKey: ['analytics', 'days', filter], queryFn: () => unwrap(api.GET('/api/analytics/by-day', of(filter))) });

const paths = {
  symbol: '/api/analytics/by-symbol',
  weekday: '/api/analytics/by-weekday',
  hour: '/api/analytics/by-hour',
  strategy: '/api/analytics/by-strategy',
  broker: '/api/analytics/by-broker',
} as const satisfies Record<Grouping, string>;

export const groupsQuery = (by: Grouping, filter: Filter) =>
  queryOptions({ queryKey: ['analytics', 'groups', by, filter], queryFn: () => unwrap(api.GET(paths[by], of(filter))) });

export const tradesQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['analytics', 'trades', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/analytics/trades', { params: { query: { ...filter, limit: 50, cursor: pageParam } } })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const writeNote = (id: string, change: { note: string | null; tags: string[] }): Promise<Trade> =>
  unwrap(api.PATCH('/api/analytics/trades/{id}', { params: { path: { id } }, body: change }));

/** The file needs the token of the session, so it is read here. */
export async function downloadCsv(filter: Filter): Promise<void> {
  const file = await unwrap<Blob>(api.GET('/api/analytics/export.csv', { params: { query: { ...filter, with: 'risk' } }, parseAs: 'blob' }));
  download(file, 'tradeflow-trades.csv');
}
