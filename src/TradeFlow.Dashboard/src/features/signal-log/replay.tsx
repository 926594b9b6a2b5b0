import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { WebhookLogDetail } from '@/api/types';
import { signalSummary } from '@/app/signal-text';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { toasts } from '@/ui/toast';
import { useReplay } from './queries';

/** Only what failed, and is still there, can be sent again: a signal that was executed, or may yet be, is not traded twice from a button. */
export function Replay({ signal, onOpen }: { signal: WebhookLogDetail; onOpen: (id: string) => void }) {
  const { canTrade } = useUser();
  const replay = useReplay(signal.id);
  const [asking, setAsking] = useState(false);
  if (!canTrade || !hasFailed(signal) || signal.removed != null || signal.payload_cut != null) return null;
  if (signal.strategy != null)
    return (
      <p className="mt-8 border-t border-line pt-5 text-[0.8125rem] text-muted">
        It is a signal of the strategy {signal.strategy.name}, for all its accounts: it cannot be sent again for one of them. Trade by hand instead.
      </p>
    );
  return (
    <div className="mt-8 border-t border-line pt-5">
      <Button onClick={() => setAsking(true)}>
        <RotateCcw aria-hidden className="size-4" />
        Replay
      </Button>
      <p className="mt-2 text-[0.8125rem] text-muted">Sends this signal again as a new one, with all checks, at the prices of now.</p>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Replay this signal?"
        action="Replay"
        busy={replay.isPending}
        problem={problemOf(replay.error)}
        onConfirm={() =>
          replay.mutate(undefined, {
            onSuccess: (answer) => {
              setAsking(false);
              toasts.success(answer.status === 'pending' ? 'Signal sent, the broker has not answered yet' : 'Signal sent again');
              if (answer.webhook_id) onOpen(answer.webhook_id);
            },
          })
        }
      >
        <p>
          <strong className="font-medium text-ink">{signalSummary(signal)}</strong> will be traded now if it passes every check. The market may have
          moved since the alert fired.
        </p>
      </Confirm>
    </div>
  );
}

/** An answer that was pending may have ended badly since: then its order tells, as the server sees it too. */
function hasFailed({ status, order, duplicate_of }: WebhookLogDetail): boolean {
  if (duplicate_of != null) return false;
  return order == null ? status >= 400 : order.status === 'REJECTED';
}
