import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** Read again every few seconds: the health of an account is as old as the answer. */
export const overviewQuery = () =>
  queryOptions({ queryKey: ['overview'], queryFn: () => unwrap(api.GET('/api/overview')), refetchInterval: 5_000 });

const month = 30 * 86_400_000;

export const monthOfEquityQuery = (now = new Date()) => {
  const from = new Date(now.getTime() - month).toISOString().slice(0, 10);
  return queryOptions({ queryKey: ['overview', 'equity', from], queryFn: () => unwrap(api.GET('/api/analytics/equity', { params: { query: { from } } })), refetchInterval: 60_000 });
};
