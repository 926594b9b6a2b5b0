import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** The trading day and what the limits count. Live events of orders and positions make it stale; a poll keeps the floating part near the truth. */
export const todayQuery = () =>
  queryOptions({ queryKey: ['today'], queryFn: () => unwrap(api.GET('/api/user/risk_today')), refetchInterval: 10_000 });
