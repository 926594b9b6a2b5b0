import { useQuery } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { positionsQuery } from '@/api/queries/positions';
import { stopProgressQuery } from '@/api/queries/stop-progress';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { toasts } from '@/ui/toast';
import { useStop, workingOrdersQuery } from './queries';
import { stopPreview, stopResult, stopProgressText } from './stop-text';

/** The red button, on every screen: disables all accounts, cancels working orders, closes every position. */
export function EmergencyStop({ asked = false, onAnswered }: { asked?: boolean; onAnswered?: () => void }) {
  const [pressed, setPressed] = useState(false);
  const open = asked || pressed;
  const { canTrade } = useUser();
  const { connectedBrokers, currencyOf } = useBrokers();
  const positions = useQuery(positionsQuery());
  const step = useQuery(stopProgressQuery()).data;
  const working = useQuery({ ...workingOrdersQuery(), enabled: open });
  const stop = useStop();

  // Where accounts could not be read yet, an open position is enough to want out.
  if (!canTrade || (connectedBrokers.length === 0 && (positions.data ?? []).length === 0)) return null;
  const close = (): void => {
    setPressed(false);
    onAnswered?.();
  };
  const run = (): void =>
    stop.mutate(undefined, {
      onSuccess: (result) => {
        close();
        if (result.success) toasts.success('Emergency stop executed', stopResult(result));
        else toasts.error('Emergency stop: not everything is closed yet', `${result.errors.join(' ')} Closing goes on.`);
      },
    });
  const ask = (): void => {
    stop.reset();
    setPressed(true);
  };

  return (
    <>
      <Button look="danger" size="sm" onClick={ask} aria-label="Emergency Stop" aria-haspopup="dialog">
        <OctagonX aria-hidden className="size-4" />
        <span className="hidden sm:inline">Emergency Stop</span>
        <span className="sm:hidden">Stop</span>
      </Button>
      <Confirm
        open={open}
        onOpenChange={(next) => !next && close()}
        title="Emergency Stop"
        action={stop.isPending ? 'Stopping…' : 'Stop everything'}
        busy={stop.isPending}
        problem={problemOf(stop.error)}
        onConfirm={run}
      >
        <p className="text-ink">⚠ This will immediately close ALL open positions across ALL accounts. Are you sure?</p>
        <p className="font-medium text-ink">
          {positions.data === undefined ? 'The open positions could not be read; all that exist will be closed.' : `${stopPreview(positions.data, working.data?.items.length, currencyOf)}.`}
        </p>
        {stop.isPending && (
          <p role="status" className="font-medium text-ink">
            {step == null ? 'Accounts are switched off; the closes are on their way.' : stopProgressText(step)}
          </p>
        )}
        <p>What was opened at the broker by hand is closed too. Every account stays disabled until you enable it again.</p>
      </Confirm>
    </>
  );
}
