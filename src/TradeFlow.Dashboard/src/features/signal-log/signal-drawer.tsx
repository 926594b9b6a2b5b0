import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { signalQuery } from '@/api/queries/signals';
import type { WebhookLogDetail } from '@/api/types';
import { signalOutcome, signalSummary } from '@/app/signal-text';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Drawer } from '@/ui/drawer';
import { LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { useReplay } from './queries';
import { Mend } from './mend';
import { SignalDetail } from './signal-detail';

export function SignalDrawer({ id, onClose, onOpen }: { id: string; onClose: () => void; onOpen: (id: string) => void }) {
  const signal = useQuery(signalQuery(id));
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={signal.data === undefined ? 'Signal' : <Title signal={signal.data} />}>
      {signal.isPending ? (
        <SkeletonRows label="Loading the signal" rows={6} />
      ) : signal.isError ? (
        <LoadError what="The signal" error={signal.error} onRetry={() => void signal.refetch()} />
      ) : (
        <>
          <SignalDetail signal={signal.data} onOpen={onOpen} />
          {signal.data.status === 422 && signal.data.payload !== null && signal.data.payload_cut === null && <Mend key={signal.data.id} signal={signal.data} />}
          <Replay signal={signal.data} onOpen={onOpen} />
        </>
      )}
    </Drawer>
  );
}

function Title({ signal }: { signal: WebhookLogDetail }) {
  const outcome = signalOutcome(signal);
  return (
    <span className="flex flex-wrap items-center gap-2.5">
      <span className="truncate">{signalSummary(signal)}</span>
      <Badge tone={outcome.tone} dot>
        {outcome.label}
      </Badge>
    </span>
  );
}

/** Only what failed, and is still there, can be sent again: a signal that was executed, or may yet be, is not traded twice from a button. */
function Replay({ signal, onOpen }: { signal: WebhookLogDetail; onOpen: (id: string) => void }) {
  const { canTrade } = useUser();
  const replay = useReplay(signal.id);
  const [asking, setAsking] = useState(false);
  if (!canTrade || signal.status < 400 || signal.duplicate_of != null || signal.removed != null || signal.payload_cut != null) return null;
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
