import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { positionsQuery } from '@/api/queries/positions';

export function useClosePosition() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { position_id: string; qty?: number }) => unwrap(api.POST('/api/orders/close', { body })),
    onSettled: async () => {
      for (const queryKey of [positionsQuery().queryKey, ['today'], ['accounts'], ['orders']]) void queries.invalidateQueries({ queryKey });
    },
  });
}
