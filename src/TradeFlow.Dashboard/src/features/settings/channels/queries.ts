import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { Channel, ChannelInput } from '@/api/types';

export const channelsQuery = () =>
  queryOptions({
    queryKey: ['channels'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/notification_settings', { signal })),
    select: (settings) => settings.channels,
  });

export const deliveriesQuery = () =>
  queryOptions({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/notification_settings/deliveries', { params: { query: { limit: 20 } }, signal })),
    select: (page) => page.items,
    // What waits is sent again by itself.
    refetchInterval: (query) => (query.state.data?.items.some((delivery) => delivery.status === 'waiting') === true ? 5000 : 30_000),
  });

const sent = ({ id, kind, target, enabled, events, quiet_from, quiet_to, time_zone }: Channel): ChannelInput => ({
  id,
  kind,
  target,
  enabled,
  events,
  quiet_from,
  quiet_to,
  time_zone,
});

/** The server takes all channels at once: `change` makes the new list of the one that is there now. */
export function useSaveChannels() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: (now: ChannelInput[]) => ChannelInput[]) => {
      const now = await unwrap(api.GET('/api/user/notification_settings'));
      return unwrap(api.PUT('/api/user/notification_settings', { body: { channels: change(now.channels.map(sent)) } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: channelsQuery().queryKey }),
  });
}

export function useTestChannel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (channel_id: string) => unwrap(api.POST('/api/user/notification_settings/test', { body: { channel_id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: deliveriesQuery().queryKey }),
  });
}
