import { useQuery } from '@tanstack/react-query';
import { signalQuery } from '@/api/queries/signals';
import type { WebhookLogDetail } from '@/api/types';
import { signalOutcome, signalSummary } from '@/app/signal-text';
import { Badge } from '@/ui/badge';
import { Drawer } from '@/ui/drawer';
import { LoadError, SkeletonRows } from '@/ui/states';
import { Mend } from './mend';
import { Replay } from './replay';
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
