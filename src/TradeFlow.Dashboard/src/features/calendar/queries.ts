import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** One week from an instant. */
export const weekQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['calendar', from, to],
    queryFn: () => unwrap(api.GET('/api/calendar/events', { params: { query: { from, to } } })),
    refetchInterval: 60_000,
  });
