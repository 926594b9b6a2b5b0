import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { When } from '@/app/when';
import { Badge, type Tone } from '@/ui/badge';
import { Dialog } from '@/ui/dialog';
import { MoreButton } from '@/ui/more-button';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { signalsQuery, type Strategy, type StrategySignal } from './queries';
import { accountsText, outcomeText } from './words';

const tones: Record<string, Tone> = { filled: 'up', working: 'accent', pending: 'neutral', rejected: 'down', refused: 'warn' };

/** What came in, and what came of it: counts alone. */
export const SignalsDialog = ({ strategy, open, onOpenChange }: { strategy: Strategy; open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog wide open={open} onOpenChange={onOpenChange} title={`Signals of ${strategy.name}`} description="How many accounts each signal reached, and what came of it there.">
    <SignalList id={strategy.id} />
  </Dialog>
);

function SignalList({ id }: { id: string }) {
  const signals = useInfiniteQuery(signalsQuery(id));
  if (signals.isPending) return <SkeletonRows label="Loading signals" rows={3} />;
  if (signals.isError) return <LoadError what="Signals" error={signals.error} onRetry={() => void signals.refetch()} />;
  const rows = signals.data.pages.flatMap((page) => page.items);
  if (rows.length === 0)
    return (
      <Empty icon={Activity} title="No signal yet">
        Paste the webhook URL and the message into an alert in TradingView.
      </Empty>
    );
  return (
    <>
      <ul aria-label="Signals" className="divide-y divide-line">
        {rows.map((signal) => (
          <li key={signal.id} className="py-3">
            <Row signal={signal} />
          </li>
        ))}
      </ul>
      <MoreButton has={signals.hasNextPage} busy={signals.isFetchingNextPage} onMore={() => void signals.fetchNextPage()} />
    </>
  );
}

const Row = ({ signal }: { signal: StrategySignal }) => (
  <>
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
      <p className="font-medium">
        {signal.action ?? 'Not understood'} {signal.symbol}
      </p>
      <p className="text-[0.8125rem] text-muted">
        <When at={signal.received_at} />
      </p>
    </div>
    {signal.error === null ? (
      <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
        <span className="text-[0.8125rem] text-muted">{signal.status === 200 ? 'A repeat: nothing was executed.' : `${accountsText(signal.fan_out)} got an order`}</span>
        {signal.outcomes.map(({ outcome, accounts }) => (
          <Badge key={outcome} tone={tones[outcome] ?? 'neutral'}>
            {accounts} {outcomeText(outcome)}
          </Badge>
        ))}
      </div>
    ) : (
      <p className="mt-1 text-[0.8125rem] break-words text-down">
        {signal.status} {signal.error}
      </p>
    )}
  </>
);
