import { problemOf } from '@/api/problem';
import type { Order } from '@/api/types';
import { AccountLabel } from '@/app/account-label';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { quantity } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { useResolveOrder } from './queries';

/** The one question that only a person can answer: does the broker have this order? */
export function ResolveDialog({ order, onDone }: { order: Order; onDone: () => void }) {
  const resolve = useResolveOrder(order.id);
  const problem = problemOf(resolve.error);
  const answer = (exists: boolean): void =>
    resolve.mutate(exists, {
      onSuccess: () => {
        toasts.success('Order resolved', exists ? 'It counts as placed.' : 'It counts as never placed.');
        onDone();
      },
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Does the broker have this order?"
      description="Its answer was lost, and looking it up settled nothing. Look at your account at the broker, then say what you see."
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 rounded-xl border border-line bg-sunken p-4 text-sm">
        <div>
          <dt className="text-xs text-muted">Order</dt>
          <dd className="font-medium">
            {order.side} {quantity(order.qty)} {order.symbol}
          </dd>
        </div>
        <div>
          <dt className="text-xs text-muted">Account</dt>
          <dd className="font-medium">
            <AccountLabel id={order.account_id} broker={order.broker} />
          </dd>
        </div>
        <div className="col-span-2">
          <dt className="text-xs text-muted">Our reference at the broker</dt>
          <dd className="font-mono text-[0.8125rem] break-all">{order.client_order_id}</dd>
        </div>
      </dl>
      {problem !== null && <Notice className="mt-4" kind="error" problem={problem} />}
      <DialogActions>
        <Button disabled={resolve.isPending} onClick={onDone}>
          Not now
        </Button>
        <Button busy={resolve.isPending && !resolve.variables} disabled={resolve.isPending} onClick={() => answer(false)}>
          It is not there
        </Button>
        <Button look="primary" busy={resolve.isPending && resolve.variables} disabled={resolve.isPending} onClick={() => answer(true)}>
          It is there
        </Button>
      </DialogActions>
    </Dialog>
  );
}
