import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { accountsQuery } from '@/api/queries/accounts';
import type { AccountPatch, AgentSetup, RegisteredAccount, SymbolLine } from '@/api/types';

export type { AgentSetup, SymbolLine };

export async function registerAccount({ broker, body }: { broker: string; body: Record<string, unknown> }): Promise<RegisteredAccount> {
  return unwrap(api.POST('/register/{broker}', { params: { path: { broker } }, body }));
}

export async function revealKey(id: string): Promise<string> {
  const { api_key } = await unwrap(api.POST('/api/accounts/{id}/reveal-api-key', { params: { path: { id } } }));
  return api_key;
}

/** Makes the key where there is none yet. */
export async function revealAgentKey(id: string): Promise<string> {
  const { agent_key } = await unwrap(api.POST('/api/accounts/{id}/reveal-agent-key', { params: { path: { id } } }));
  return agent_key;
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
  useAccountMutation(async () => {
    const { api_key, warning } = await unwrap(api.POST('/api/accounts/{id}/regenerate-api-key', { params: { path: { id } } }));
    return { key: api_key, warning };
  });

export const signingQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'signing'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/accounts/{id}/signing-secret', { params: { path: { id } }, signal })),
  });

/** A change of the secret, after which its state is read again. */
function useSigningMutation<TVariables, TData>(id: string, mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: signingQuery(id).queryKey }) });
}

export const useMakeSigningSecret = (id: string) =>
  useSigningMutation(id, (body: { keep_old: boolean }) => unwrap(api.POST('/api/accounts/{id}/signing-secret', { params: { path: { id } }, body })));

export const useRemoveSigningSecret = (id: string) =>
  useSigningMutation(id, () => unwrap(api.DELETE('/api/accounts/{id}/signing-secret', { params: { path: { id } } })));

/** A change of the terminal's key, after which its set-up is read again. */
function useAgentMutation<TVariables, TData>(id: string, mutationFn: (variables: TVariables) => Promise<TData>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: agentQuery(id).queryKey }) });
}

export const useRegenerateAgentKey = (id: string) =>
  useAgentMutation(id, async () => {
    const { agent_key, warning } = await unwrap(api.POST('/api/accounts/{id}/regenerate-agent-key', { params: { path: { id } } }));
    return { key: agent_key, warning };
  });

export const useMakeAgentKey = (id: string) => useAgentMutation(id, () => revealAgentKey(id));

export const symbolsQuery = (id: string) =>
  queryOptions({ queryKey: ['symbols', id], queryFn: ({ signal }) => unwrap(api.GET('/api/accounts/{id}/symbols', { params: { path: { id } }, signal })) });

export const resolveQuery = (id: string, symbol: string) =>
  queryOptions({
    queryKey: ['symbols', id, 'resolve', symbol],
    queryFn: ({ signal }) => unwrap(api.GET('/api/accounts/{id}/symbols/resolve', { params: { path: { id }, query: { symbol } }, signal })),
  });

export function useReplaceSymbols(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (items: SymbolLine[]) => unwrap(api.PUT('/api/accounts/{id}/symbols', { params: { path: { id } }, body: { items } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['symbols', id] }),
  });
}

/** The set-up of an account's terminal. Read every two seconds while it is looked at: its state is news. */
export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'agent'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/accounts/{id}/agent', { params: { path: { id } }, signal })),
    refetchInterval: 2000,
  });
