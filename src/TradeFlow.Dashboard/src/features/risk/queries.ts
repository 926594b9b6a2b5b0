import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { RiskConfig, RiskRule } from '@/api/types';

export const riskConfigQuery = () => queryOptions({ queryKey: ['risk-config'], queryFn: () => unwrap(api.GET('/api/user/risk_config')) });

export const riskRulesQuery = () => queryOptions({ queryKey: ['risk-rules'], queryFn: () => unwrap(api.GET('/api/user/risk_rules')) });

export function useSaveRule(code: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) => unwrap(api.PUT('/api/user/risk_rules/{code}', { params: { path: { code } }, body })),
    onSuccess: (saved: RiskRule) =>
      queries.setQueryData(riskRulesQuery().queryKey, (rules) => rules?.map((rule) => (rule.code === saved.code ? saved : rule))),
    // What waits stands there.
    onSettled: () => queries.invalidateQueries({ queryKey: riskConfigQuery().queryKey }),
  });
}

/** Takes back a change that waits for the next trading day. */
export function useWithdraw() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (limit: string) => unwrap(api.DELETE('/api/user/risk_config/pending/{limit}', { params: { path: { limit } } })),
    onSuccess: (saved) => queries.setQueryData(riskConfigQuery().queryKey, saved),
    // It may have taken effect meanwhile.
    onError: () => queries.invalidateQueries({ queryKey: riskConfigQuery().queryKey }),
  });
}

export function useSaveRisk() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Omit<RiskConfig, 'pending'>) => unwrap(api.PUT('/api/user/risk_config', { body })),
    onSuccess: (saved) => queries.setQueryData(riskConfigQuery().queryKey, saved),
    onSettled: () => queries.invalidateQueries({ queryKey: ['today'] }),
  });
}
