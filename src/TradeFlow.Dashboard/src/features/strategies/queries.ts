import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { paths } from '@/api/schema';

type Ok<T> = T extends { responses: { 200: { content: { 'application/json': infer TBody } } } } ? TBody : never;
export type Strategy = Ok<paths['/api/strategies']['get']>[number];
export type Activation = Strategy['activations'][number];
export type StrategySignal = Ok<paths['/api/strategies/{id}/signals']['get']>['items'][number];

/** The size that an account enters: its own, or the signal's times a multiplier. */
export interface Sizing {
  multiplier: number;
  size: { mode: string; value: number } | null;
}

export const strategiesQuery = () =>
  queryOptions({ queryKey: ['strategies'], queryFn: ({ signal }) => unwrap(api.GET('/api/strategies', { signal })) });

const firstPage = undefined as string | undefined;

/** The signals of one's own strategy. Read every five seconds while it is looked at: their outcomes are news. */
export const signalsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['strategies', id, 'signals'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/strategies/{id}/signals', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    initialPageParam: firstPage,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 5000,
  });

/** A change of strategies, after which the list is read again. */
function useStrategyChange<TVariables, TData>(mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: strategiesQuery().queryKey }) });
}

export const useCreateStrategy = () =>
  useStrategyChange((body: { name: string; description: string }) => unwrap(api.POST('/api/strategies', { body })));

export const useChangeStrategy = (id: string) =>
  useStrategyChange((body: { name: string; description: string }) => unwrap(api.PATCH('/api/strategies/{id}', { params: { path: { id } }, body })));

export const useDeleteStrategy = (id: string) => useStrategyChange(() => unwrap(api.DELETE('/api/strategies/{id}', { params: { path: { id } } })));

export const useRegenerateKey = (id: string) =>
  useStrategyChange(() => unwrap(api.POST('/api/strategies/{id}/regenerate-key', { params: { path: { id } } })));

export const useActivate = (id: string) =>
  useStrategyChange((body: Sizing & { account_id: string }) => unwrap(api.POST('/api/strategies/{id}/activate', { params: { path: { id } }, body })));

export const useChangeActivation = (strategy: string, id: string) =>
  useStrategyChange((body: Partial<Sizing> & { enabled?: boolean }) =>
    unwrap(api.PATCH('/api/strategies/{id}/activations/{activationId}', { params: { path: { id: strategy, activationId: id } }, body })),
  );

export const useDeactivate = (strategy: string, id: string) =>
  useStrategyChange(() => unwrap(api.DELETE('/api/strategies/{id}/activations/{activationId}', { params: { path: { id: strategy, activationId: id } } })));
