import { ChevronRight } from 'lucide-react';
import type { WebhookLogEntry } from '@/api/types';
import { AccountLabel } from '@/app/account-label';
import { signalOutcome, signalRemarks, signalSummary } from '@/app/signal-text';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { duration } from '@/ui/format';
import { Trace } from '@/ui/trace';

export function SignalList({ signals, onOpen }: { signals: readonly WebhookLogEntry[]; onOpen: (id: string) => void }) {
  return (
    <ul aria-label="Signals" className="divide-y divide-line">
      {signals.map((signal) => (
        <li key={signal.id}>
          <SignalRow signal={signal} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

function SignalRow({ signal, onOpen }: { signal: WebhookLogEntry; onOpen: (id: string) => void }) {
  const outcome = signalOutcome(signal);
  const remarks = signalRemarks(signal);
  return (
    <button
      type="button"
      onClick={() => onOpen(signal.id)}
      className="grid w-full grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1.5 px-4 py-3 text-left text-sm transition-colors hover:bg-sunken sm:px-5 md:grid-cols-[8.5rem_minmax(0,1fr)_9rem_8.5rem_1rem]"
    >
      <span className="order-3 text-[0.8125rem] text-muted md:order-none">
        <When at={signal.received_at} form="clock" />
        <span className="block text-xs text-faint max-md:hidden">
          <When at={signal.received_at} form="ago" />
        </span>
      </span>
      <span className="order-1 min-w-0 md:order-none">
        <span className="block truncate font-medium">{signalSummary(signal)}</span>
        <span className="block truncate text-[0.8125rem] text-muted">
          {remarks !== undefined && <span className="text-warn">{remarks} · </span>}
          {signal.strategy != null && `${signal.strategy.name} · `}
          {signal.error ?? <AccountLabel id={signal.account_id} broker={signal.broker} />}
        </span>
      </span>
      <span className="order-2 flex items-center gap-2 max-md:justify-end md:order-none">
        <Badge tone={outcome.tone} dot>
          {outcome.label}
        </Badge>
        <span className="font-mono text-xs text-faint">{signal.status}</span>
      </span>
      <span className="order-4 flex items-center justify-end gap-3 md:order-none">
        <Trace stages={signal.stages} className="max-md:hidden" />
        <span className="shrink-0 text-right text-[0.8125rem] text-muted md:w-14">{duration(signal.latency_ms)}</span>
      </span>
      <ChevronRight aria-hidden className="size-4 text-faint max-md:hidden" />
    </button>
  );
}
