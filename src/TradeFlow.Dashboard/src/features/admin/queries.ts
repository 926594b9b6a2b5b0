import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { paths } from '@/api/schema';

type Ok<T> = T extends { responses: { 200: { content: { 'application/json': infer TBody } } } } ? TBody : never;
export type Tenant = Ok<paths['/api/admin/tenants']['get']>[number];
export type User = Ok<paths['/api/admin/users']['get']>[number];
export type BrokerAccount = Ok<paths['/api/admin/accounts']['get']>['items'][number];
export type Signal = Ok<paths['/api/admin/webhooks']['get']>['items'][number];
export type Plugin = Ok<paths['/api/admin/plugins']['get']>[number];
export type Health = Ok<paths['/api/admin/health']['get']>;
export type Strategy = Ok<paths['/api/admin/strategies']['get']>[number];
export type AuditRow = Ok<paths['/api/admin/audit']['get']>['items'][number];

/** How many rows of a list without pages are shown; whoever looks for more narrows it. */
export const most = 100;

const nextCursor = (page: { next_cursor: string | null }): string | undefined => page.next_cursor ?? undefined;
const firstPage = undefined as string | undefined;

export const tenantsQuery = (query: string) =>
  queryOptions({
    queryKey: ['admin', 'tenants', query],
    queryFn: ({ signal }) => unwrap(api.GET('/api/admin/tenants', { params: { query: { query: query || undefined, limit: most } }, signal })),
    placeholderData: keepPreviousData,
  });

export const usersQuery = (query: string) =>
  queryOptions({
    queryKey: ['admin', 'users', query],
    queryFn: ({ signal }) => unwrap(api.GET('/api/admin/users', { params: { query: { query: query || undefined, limit: most } }, signal })),
    placeholderData: keepPreviousData,
  });

export const accountsQuery = (filter: { tenant_id?: string | undefined; status?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'accounts', filter],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/admin/accounts', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const signalsQuery = (filter: { tenant_id?: string | undefined; status?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'signals', filter],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/admin/webhooks', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const auditQuery = (filter: { tenant_id?: string | undefined; action?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'audit', filter],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/admin/audit', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: firstPage,
    getNextPageParam: nextCursor,
  });

export const pluginsQuery = () =>
  queryOptions({ queryKey: ['admin', 'plugins'], queryFn: ({ signal }) => unwrap(api.GET('/api/admin/plugins', { signal })), refetchInterval: 10_000 });

export const healthQuery = () =>
  queryOptions({ queryKey: ['admin', 'health'], queryFn: ({ signal }) => unwrap(api.GET('/api/admin/health', { signal })), refetchInterval: 5000 });

export const ownEventsQuery = () =>
  queryOptions({
    queryKey: ['admin', 'events'],
    queryFn: ({ signal }) => {
      const from = new Date();
      const to = new Date(from.getTime() + 365 * 86_400_000);
      return unwrap(api.GET('/api/calendar/events', { params: { query: { from: from.toISOString(), to: to.toISOString() } }, signal }));
    },
    select: (calendar) => calendar.items.filter((event) => event.source === 'manual'),
  });

export const strategiesQuery = () => queryOptions({ queryKey: ['admin', 'strategies'], queryFn: ({ signal }) => unwrap(api.GET('/api/admin/strategies', { signal })) });

function useAdminChange<TVariables, TData>(what: string, mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => void queries.invalidateQueries({ queryKey: ['admin', what] }) });
}

export const useChangeUser = (id: string) =>
  useAdminChange('users', (body: { role?: string; disabled?: boolean }) => unwrap(api.PATCH('/api/admin/users/{id}', { params: { path: { id } }, body: { role: null, disabled: null, ...body } })));

export const usePublishStrategy = () =>
  useAdminChange('strategies', (body: { name: string; description: string; symbols: string[]; visibility: string }) => unwrap(api.POST('/api/admin/strategies', { body })));

export const useRemoveStrategy = () => useAdminChange('strategies', (id: string) => unwrap(api.DELETE('/api/admin/strategies/{id}', { params: { path: { id } } })));

export const useReloadPlugins = () => useAdminChange('plugins', () => unwrap(api.POST('/api/admin/plugins/reload')));

export const useCheckAudit = () => useAdminChange('none', () => unwrap(api.POST('/api/admin/audit/check')));

export const useAddEvent = () =>
  useAdminChange('events', (body: { title: string; currency: string; impact: string; at: string }) => unwrap(api.POST('/api/admin/calendar/events', { body })));

export const useRemoveEvent = () => useAdminChange('events', (id: string) => unwrap(api.DELETE('/api/admin/calendar/events/{id}', { params: { path: { id } } })));
