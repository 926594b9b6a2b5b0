import { problemOf } from '@/api/problem';
import type { Order } from '@/api/types';
import { AccountLabel } from '@/app/account-label';
import { Confirm } from '@/ui/confirm';
import { price, quantity } from '@/ui/format';
import { toasts } from '@/ui/toast';
import { useCancelOrder } from './queries';

export function CancelDialog({ order, onDone }: { order: Order; onDone: () => void }) {
  const cancel = useCancelOrder();
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title="Cancel this order?"
      action="Cancel order"
      cancel="Keep it"
      busy={cancel.isPending}
      problem={problemOf(cancel.error)}
      onConfirm={() =>
        cancel.mutate(order.id, {
          onSuccess: (result) => {
            if ('filled_qty' in result) toasts.success('Order canceled', `${order.symbol} ${order.type}`);
            else toasts.info('The cancellation is on its way', 'The broker has not answered yet.');
            onDone();
          },
        })
      }
    >
      <p>
        <strong className="font-medium text-ink">
          {order.side} {quantity(order.qty)} {order.symbol} {order.type}
          {order.price != null && ` at ${price(order.price)}`}
        </strong>{' '}
        on <AccountLabel id={order.account_id} broker={order.broker} />.
      </p>
    </Confirm>
  );
}
