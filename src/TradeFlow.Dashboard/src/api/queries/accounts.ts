import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';

export const accountsQuery = () =>
  queryOptions({ queryKey: ['accounts'], queryFn: ({ signal }) => unwrap(api.GET('/api/user/brokers', { signal })), refetchInterval: 60_000 });

export const brokersQuery = () =>
  queryOptions({ queryKey: ['brokers'], queryFn: ({ signal }) => unwrap(api.GET('/api/brokers', { signal })), staleTime: 5 * 60_000 });
