import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';

export const usageQuery = () =>
  queryOptions({ queryKey: ['billing', 'usage'], queryFn: ({ signal }) => unwrap(api.GET('/api/billing/usage', { signal })), refetchInterval: 60_000 });

export const billingStatusQuery = () =>
  queryOptions({ queryKey: ['billing', 'status'], queryFn: ({ signal }) => unwrap(api.GET('/api/billing/status', { signal })) });
