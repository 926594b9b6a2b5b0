import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { tradingDayStart } from '@/ui/trading-day';

/** The trading day is the user's own: its zone and the time at which it begins come from the risk settings. */
export const tradingDayQuery = () =>
  queryOptions({
    queryKey: ['risk-config'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/risk_config', { signal })),
    staleTime: 60_000,
    select: (risk) => ({ zone: risk.trading_hours_timezone, reset: risk.day_reset_time }),
  });

/** Realised profit and loss of one account since the trading day began. One account, because a sum needs one currency. */
export const realisedTodayQuery = (accountId: string, day: { zone: string; reset: string } | undefined) =>
  queryOptions({
    queryKey: ['today', accountId, day],
    enabled: day !== undefined,
    queryFn: ({ signal }) => {
      const from = tradingDayStart(new Date(), day?.zone ?? 'UTC', day?.reset ?? '00:00').toISOString();
      return unwrap(api.GET('/api/analytics/summary', { params: { query: { account_id: accountId, from } }, signal }));
    },
    select: (summary) => summary.net_pnl,
    staleTime: 10_000,
    refetchInterval: 60_000,
  });

export const usageQuery = () =>
  queryOptions({ queryKey: ['usage'], queryFn: ({ signal }) => unwrap(api.GET('/api/billing/usage', { signal })), staleTime: 30_000 });
