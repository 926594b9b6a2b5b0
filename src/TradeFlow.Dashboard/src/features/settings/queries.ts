import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { makePasskey } from '@/api/passkeys';
import { meQuery } from '@/api/queries/me';
import { session } from '@/api/session';

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
  useChange([['tokens']], (body: { name: string; scopes: string[]; expires_at: string }) => unwrap(api.POST('/api/user/tokens', { body })));

export const useDeleteToken = () =>
  useChange([['tokens']], (id: string) => unwrap(api.DELETE('/api/user/tokens/{id}', { params: { path: { id } } })));

export const passkeysQuery = () =>
  queryOptions({
    queryKey: ['passkeys'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/passkeys', { signal })),
    select: (page) => page.items,
  });

export const useAddPasskey = () =>
  useChange([['passkeys']], async (name: string) => {
    const credential = await makePasskey(await unwrap(api.POST('/api/user/passkeys/options')));
    return unwrap(api.POST('/api/user/passkeys', { body: { name, credential } }));
  });

export const useRemovePasskey = () =>
  useChange([['passkeys'], ['sessions']], (id: string) => unwrap(api.DELETE('/api/user/passkeys/{id}', { params: { path: { id } } })));

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/sessions', { signal })),
    select: (page) => page.items,
  });

export const useEndSession = () =>
  useChange([['sessions']], (id: string) => unwrap(api.DELETE('/api/user/sessions/{id}', { params: { path: { id } } })));

export const useEndOtherSessions = () => useChange([['sessions']], () => unwrap(api.DELETE('/api/user/sessions')));

export const useInvite = () =>
  useChange([['invitations']], (body: { email: string; role: string; accounts: string[] | null }) =>
    unwrap(api.POST('/api/tenant/invitations', { body })));

export const useSetUpTwoFactor = () => useChange([], () => unwrap(api.POST('/api/user/2fa/setup')));
export const useEnableTwoFactor = () =>
  useChange([meQuery().queryKey], (code: string) => unwrap(api.POST('/api/user/2fa/enable', { body: { totp: code } })));
export const useDisableTwoFactor = () =>
  useChange([meQuery().queryKey], (code: string) => unwrap(api.POST('/api/user/2fa/disable', { body: { totp: code } })));

export const invitationsQuery = () =>
  queryOptions({
    queryKey: ['invitations'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/tenant/invitations', { signal })),
    select: (page) => page.items,
  });

export const useWithdrawInvitation = () =>
  useChange([['invitations']], (id: string) => unwrap(api.DELETE('/api/tenant/invitations/{id}', { params: { path: { id } } })));

/** Accounts that are left out stay as they are. */
export const useChangeMember = (userId: string) =>
  useChange([['members'], meQuery().queryKey], (body: { role: string; accounts?: string[] | null }) =>
    unwrap(api.PATCH('/api/tenant/members/{userId}', { params: { path: { userId } }, body })),
  );

export const useRemoveMember = (userId: string) =>
  useChange([['members']], () => unwrap(api.DELETE('/api/tenant/members/{userId}', { params: { path: { userId } } })));

export const useChangeName = () => useChange([meQuery().queryKey], (name: string) => unwrap(api.PATCH('/api/user/me', { body: { name } })));

export const useChangePassword = () =>
  useChange([['tokens']], (body: { current: string; password: string; keep_tokens: boolean }) =>
    unwrap(api.POST('/api/user/password', { body })),
  );

export const useChangeEmail = () => useChange([], (email: string) => unwrap(api.POST('/api/user/email', { body: { email } })));

export const useResendVerification = () => useChange([], () => unwrap(api.POST('/auth/verify/resend')));

export const useAcceptInvitation = () =>
  useMutation({
    mutationFn: async (token: string) => session.enter(await unwrap(api.POST('/api/tenant/invitations/accept', { body: { token } }))),
  });

export const useSwitchTenant = () =>
  useMutation({
    mutationFn: async (tenant_id: string) => session.enter(await unwrap(api.POST('/auth/switch', { body: { tenant_id } }))),
  });
