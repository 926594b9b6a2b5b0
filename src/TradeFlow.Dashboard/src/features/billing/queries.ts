import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { accountsQuery } from '@/api/queries/accounts';
import { usageQuery } from '@/api/queries/billing';

export const plansQuery = () =>
  queryOptions({ queryKey: ['billing', 'plans'], queryFn: ({ signal }) => unwrap(api.GET('/api/billing/plans', { signal })), staleTime: 5 * 60_000 });

const here = (how: string): string => `${window.location.origin}/billing?checkout=${how}`;

export const useCheckout = () =>
  useMutation({
    mutationFn: (price_id: string) =>
      unwrap(api.POST('/api/billing/checkout', { body: { price_id, success_url: here('done'), cancel_url: here('canceled') } })),
  });

export const usePortal = () =>
  useMutation({ mutationFn: () => unwrap(api.POST('/api/billing/portal', { body: { return_url: `${window.location.origin}/billing` } })) });

export function useChooseAccounts() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (account_ids: string[]) => unwrap(api.PATCH('/api/billing/accounts', { body: { account_ids } })),
    onSuccess: (usage) => {
      queries.setQueryData(usageQuery().queryKey, usage);
      void queries.invalidateQueries({ queryKey: accountsQuery().queryKey });
    },
  });
}
