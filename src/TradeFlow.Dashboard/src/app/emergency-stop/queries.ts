import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** Where a stop stands. While it still closes something, the page asks every two seconds. */
export const stopQuery = () =>
  queryOptions({
    queryKey: ['emergency-stop'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/emergency_stop', { signal })),
    refetchInterval: ({ state }) => (state.data?.active === true && !state.data.is_flat ? 2000 : 60_000),
  });

/** Orders that rest at a broker now. */
export const workingOrdersQuery = () =>
  queryOptions({
    queryKey: ['orders', 'working'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/orders', { params: { query: { status: 'WORKING', limit: 500 } }, signal })),
  });

/** A stop changes nearly everything that is on the screen. */
function useStopMutation<TData>(mutationFn: () => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries() });
}

export const useStop = () => useStopMutation(() => unwrap(api.POST('/api/user/emergency_stop', { body: {} })));

export const useResume = () => useStopMutation(() => unwrap(api.POST('/api/user/emergency_stop/resume', { body: {} })));
