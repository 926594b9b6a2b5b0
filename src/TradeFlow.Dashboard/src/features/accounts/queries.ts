import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { accountsQuery } from '@/api/queries/accounts';
import type { AccountPatch, RegisteredAccount } from '@/api/types';

export async function registerAccount({ broker, body }: { broker: string; body: Record<string, unknown> }): Promise<RegisteredAccount> {
  return unwrap(api.POST('/register/{broker}', { params: { path: { broker } }, body }));
}

export async function revealKey(id: string): Promise<string> {
  const { api_key } = await unwrap(api.POST('/api/accounts/{id}/reveal-api-key', { params: { path: { id } } }));
  return api_key;
}

/** A change of an account, after which the list is read again. */
function useAccountMutation<TVariables, TData>(mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: accountsQuery().queryKey }) });
}

export const useRegister = () => useAccountMutation(registerAccount);

export const useReconnect = (id: string) =>
  useAccountMutation(({ body }: { body: Record<string, unknown> }) =>
    unwrap(api.POST('/api/accounts/{id}/reconnect', { params: { path: { id } }, body })),
  );

export const useUpdateAccount = (id: string) =>
  useAccountMutation((body: AccountPatch) => unwrap(api.PATCH('/api/accounts/{id}', { params: { path: { id } }, body })));

export const useDeleteAccount = (id: string) =>
  useAccountMutation(() => unwrap(api.DELETE('/api/accounts/{id}', { params: { path: { id } } })));

export const useRegenerateKey = (id: string) =>
  useAccountMutation(() => unwrap(api.POST('/api/accounts/{id}/regenerate-api-key', { params: { path: { id } } })));
