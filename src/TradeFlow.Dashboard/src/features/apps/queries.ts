import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

export interface NewApp {
  name: string;
  redirect_uris: string[];
  scopes: string[];
  confidential: boolean;
  published: boolean;
}

export const appsQuery = () =>
  queryOptions({
    queryKey: ['apps'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/tenant/apps', { params: { query: { limit: 500 } }, signal })),
    select: (page) => page.items,
  });

function useAppChange<TVariables, TData>(mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: appsQuery().queryKey }) });
}

export const useCreateApp = () => useAppChange((body: NewApp) => unwrap(api.POST('/api/tenant/apps', { body })));

export const useDeleteApp = () =>
  useAppChange((clientId: string) => unwrap(api.DELETE('/api/tenant/apps/{clientId}', { params: { path: { clientId } } })));
