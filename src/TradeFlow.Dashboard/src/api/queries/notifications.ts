import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../client';

export const notificationsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['notifications'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/notifications', { params: { query: { limit: 30, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 60_000,
  });

export const markNotificationsRead = (ids: string[]) => unwrap(api.POST('/api/notifications/read', { body: { ids } }));
