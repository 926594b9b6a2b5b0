import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { RiskConfig } from '@/api/types';

export const riskConfigQuery = () => queryOptions({ queryKey: ['risk-config'], queryFn: () => unwrap(api.GET('/api/user/risk_config')) });

export function useSaveRisk() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RiskConfig) => unwrap(api.PUT('/api/user/risk_config', { body })),
    onSuccess: (saved) => queries.setQueryData(riskConfigQuery().queryKey, saved),
    onSettled: () => queries.invalidateQueries({ queryKey: ['today'] }),
  });
}
