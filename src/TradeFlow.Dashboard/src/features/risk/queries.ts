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
  });
}

export function useSaveRisk() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RiskConfig) => unwrap(api.PUT('/api/user/risk_config', { body })),
    onSuccess: (saved) => queries.setQueryData(riskConfigQuery().queryKey, saved),
    onSettled: () => queries.invalidateQueries({ queryKey: ['today'] }),
  });
}
