import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { positionsQuery } from '@/api/queries/positions';

export function useProtectPosition() {
  const queries = useQueryClient();
  return async (id: string, body: { stop_loss?: number | null; take_profit?: number | null }) => {
    const result = await unwrap(api.POST('/api/positions/{id}/protect', { params: { path: { id } }, body }));
    for (const queryKey of [positionsQuery().queryKey, ['orders']]) void queries.invalidateQueries({ queryKey });
    return result;
  };
}

export function useClosePosition() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { position_id: string; qty?: number }) => unwrap(api.POST('/api/orders/close', { body })),
    onSettled: async () => {
      for (const queryKey of [positionsQuery().queryKey, ['today'], ['accounts'], ['orders']]) void queries.invalidateQueries({ queryKey });
    },
  });
}
