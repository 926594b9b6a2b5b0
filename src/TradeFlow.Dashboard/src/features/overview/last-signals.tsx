import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { lastSignalsQuery } from '@/api/queries/signals';
import { AccountLabel } from '@/app/account-label';
import { signalOutcome, signalSummary } from '@/app/signal-text';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { duration } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { Trace } from '@/ui/trace';

export function LastSignals() {
  const signals = useQuery(lastSignalsQuery());
  return (
    <Panel
      flush
      title="Last signals"
      className="overflow-hidden"
      actions={
        <Link to="/log" className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
          Webhook log
        </Link>
      }
    >
      {signals.isPending ? (
        <SkeletonRows label="Loading signals" rows={4} />
      ) : signals.isError && signals.data === undefined ? (
        <LoadError what="Signals" error={signals.error} onRetry={() => void signals.refetch()} />
      ) : signals.data.length === 0 ? (
        <Empty icon={FileClock} title="No signal has arrived yet">
          Your alerts show up here within a second of firing.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {signals.data.map((signal) => {
            const outcome = signalOutcome(signal);
            return (
              <li key={signal.id}>
                <Link
                  to="/log"
                  search={{ id: signal.id }}
                  className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 text-sm hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_7rem_auto] sm:px-5"
                >
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{signalSummary(signal)}</span>
                    <span className="flex gap-1.5 truncate text-[0.8125rem] text-muted">
                      <When at={signal.received_at} form="ago" /> · <AccountLabel id={signal.account_id} broker={signal.broker} />
                    </span>
                  </span>
                  <span className="max-sm:hidden">
                    <Trace stages={signal.stages} />
                    <span className="mt-1 block text-right text-xs text-faint">{duration(signal.latency_ms)}</span>
                  </span>
                  <span className="text-right sm:w-28">
                    <Badge tone={outcome.tone} dot>
                      {outcome.label}
                    </Badge>
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
