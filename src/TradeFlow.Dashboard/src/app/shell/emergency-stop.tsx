import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { problemOf } from '@/api/problem';
import { positionsQuery } from '@/api/queries/positions';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { signedMoney } from '@/ui/format';
import { useToasts } from '@/ui/toast';
import { useBrokers } from '../broker-context';
import { useUser } from '../user-context';

/** The red button, on every screen: disables all accounts, cancels working orders, closes every position. */
export function EmergencyStop() {
  const [open, setOpen] = useState(false);
  const { canTrade } = useUser();
  const { connectedBrokers } = useBrokers();
  const positions = useQuery(positionsQuery());
  const queries = useQueryClient();
  const toasts = useToasts();
  const currencies = new Set(connectedBrokers.map((a) => a.currency));
  const stop = useMutation({
    mutationFn: () => unwrap(api.POST('/api/user/emergency_stop', { body: {} })),
    onSuccess: (result) => {
      const [currency] = currencies;
      const total = currencies.size === 1 && currency !== undefined ? `, total ${signedMoney(result.total_pnl, currency)}` : '';
      const text = `${result.positions_closed} closed${total}, ${result.orders_canceled} orders canceled. Re-enable accounts to resume trading.`;
      if (result.success) toasts.success('Emergency stop executed', text);
      else toasts.error('Emergency stop: not everything is closed yet', `${result.errors.join(' ')} Closing goes on.`);
      setOpen(false);
    },
    onSettled: () => queries.invalidateQueries(),
  });

  const ask = (): void => {
    stop.reset();
    setOpen(true);
  };

  if (!canTrade || connectedBrokers.length === 0) return null;
  const count = positions.data?.length;
  const accounts = connectedBrokers.length;
  return (
    <>
      <Button look="danger" size="sm" onClick={ask}>
        <OctagonX aria-hidden className="size-4" />
        <span className="hidden sm:inline">Emergency Stop</span>
        <span className="sm:hidden">Stop</span>
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title="Emergency Stop"
        action={stop.isPending ? 'Stopping…' : count === undefined ? 'Stop everything' : `Close ${count} ${count === 1 ? 'position' : 'positions'} and stop`}
        busy={stop.isPending}
        problem={problemOf(stop.error)}
        onConfirm={() => stop.mutate()}
      >
        <p className="text-ink">⚠ This will immediately close ALL open positions across ALL accounts. Are you sure?</p>
        <p>
          {count === undefined ? 'The open positions could not be read; all that exist will be closed.' : `Open now: ${count} on ${accounts} ${accounts === 1 ? 'account' : 'accounts'}.`}{' '}
          Working orders are canceled and every account is disabled until you enable it again.
        </p>
      </Confirm>
    </>
  );
}
