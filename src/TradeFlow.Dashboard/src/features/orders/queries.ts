import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

export function useCancelOrder() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order_id: string) => unwrap(api.POST('/api/orders/cancel', { body: { order_id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['orders'] }),
  });
}
