import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';

export interface OrderFilter {
  account_id?: string | undefined;
  status?: string | undefined;
  symbol?: string | undefined;
}

export const ordersQuery = (filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: ['orders', filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/orders', { params: { query: { ...filter, limit: 50, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
