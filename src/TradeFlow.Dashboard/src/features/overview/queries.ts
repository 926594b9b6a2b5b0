import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { lastDays } from '@/ui/time';

/** Read again every few seconds: the health of an account is as old as the answer. */
export const overviewQuery = () =>
  queryOptions({ queryKey: ['overview'], queryFn: () => unwrap(api.GET('/api/overview')), refetchInterval: 5_000 });

/** @param zone Where the person is: elsewhere it may be yesterday or tomorrow. */
export const monthOfEquityQuery = (zone: string, now = Date.now()) => {
  const { from } = lastDays(30, zone, now);
  return queryOptions({ queryKey: ['overview', 'equity', from], queryFn: () => unwrap(api.GET('/api/analytics/equity', { params: { query: { from } } })), refetchInterval: 60_000 });
};
