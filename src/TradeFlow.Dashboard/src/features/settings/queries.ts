import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { meQuery } from '@/api/queries/me';
import type { Member, PersonalToken } from '@/api/types';

export const tokensQuery = () =>
  queryOptions({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/tokens', { params: { query: { limit: 500 } }, signal })),
    select: (page) => page.items,
  });

export const membersQuery = () =>
  queryOptions({
    queryKey: ['members'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/tenant/members', { params: { query: { limit: 500 } }, signal })),
    select: (page) => page.items,
  });

function useChange<TVariables, TData>(keys: readonly (readonly string[])[], mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
    },
  });
}

export const useCreateToken = () =>
  useChange([['tokens']], (body: { name: string; scopes: PersonalToken['scopes'] }) => unwrap(api.POST('/api/user/tokens', { body })));

export const useDeleteToken = () =>
  useChange([['tokens']], (id: string) => unwrap(api.DELETE('/api/user/tokens/{id}', { params: { path: { id } } })));

export const useInvite = () =>
  useChange([['members']], (body: { email: string; role: Member['role'] }) => unwrap(api.POST('/api/tenant/invitations', { body })));

export const useSetUpTwoFactor = () => useChange([], () => unwrap(api.POST('/api/user/2fa/setup')));
export const useEnableTwoFactor = () =>
  useChange([meQuery().queryKey], (code: string) => unwrap(api.POST('/api/user/2fa/enable', { body: { code } })));
export const useDisableTwoFactor = () =>
  useChange([meQuery().queryKey], (code: string) => unwrap(api.POST('/api/user/2fa/disable', { body: { code } })));
