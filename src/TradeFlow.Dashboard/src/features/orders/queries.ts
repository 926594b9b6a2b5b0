import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** A person has looked at the broker, because the order's outcome could not be settled by evidence. */
export function useResolveOrder(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (exists: boolean) => unwrap(api.POST('/api/orders/{id}/resolve', { params: { path: { id } }, body: { exists } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['orders'] }),
  });
}

export function useCancelOrder() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order_id: string) => unwrap(api.POST('/api/orders/cancel', { body: { order_id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['orders'] }),
  });
}
