import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';
import type { ValidateResult } from '../types';

export interface SignalFilter {
  account_id?: string | undefined;
  status?: string | undefined;
  /** How far back; the start is fixed when the list is read. */
  hours?: number | undefined;
}

export const lastSignalsQuery = () =>
  queryOptions({
    queryKey: ['signals', 'last'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/webhooks/log', { params: { query: { limit: 6 } }, signal })),
    select: (page) => page.items,
    refetchInterval: 15_000,
  });

export const signalsQuery = (filter: SignalFilter) =>
  infiniteQueryOptions({
    queryKey: ['signals', 'list', filter],
    queryFn: ({ pageParam, signal }) => {
      const { hours, ...rest } = filter;
      const from = hours === undefined ? undefined : new Date(Date.now() - hours * 3_600_000).toISOString();
      return unwrap(api.GET('/api/webhooks/log', { params: { query: { ...rest, from, limit: 50, cursor: pageParam } }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const signalQuery = (id: string) =>
  queryOptions({
    queryKey: ['signals', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/webhooks/log/{id}', { params: { path: { id } }, signal })),
  });

/** What would come of a message now; nothing is sent to the broker. */
export const validateSignal = (body: { account_id: string; body: string }): Promise<ValidateResult> => unwrap(api.POST('/api/webhooks/validate', { body }));
