import { useQuery } from '@tanstack/react-query';
import { EquityChart } from '@/app/equity/equity-chart';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, Skeleton } from '@/ui/states';
import { ChartSpline } from 'lucide-react';
import { equityQuery } from './queries';
import type { Filter } from './search';

export function EquityPanel({ filter, currency }: { filter: Filter; currency: string }) {
  const equity = useQuery(equityQuery(filter));
  const points = equity.data?.filter((point) => point.currency === currency) ?? [];
  const ofTrades = filter.symbol !== undefined || filter.strategy !== undefined;
  return (
    <Panel
      title={ofTrades ? 'Cumulated net P&L' : 'Equity and drawdown'}
      description={ofTrades ? 'Of the trades that the filter shows.' : 'What the accounts were worth, once a trading day and after each trade.'}
    >
      {equity.isPending ? (
        <div role="status" aria-label="Loading the curve">
          <Skeleton className="h-72 rounded-xl" />
        </div>
      ) : equity.isError && equity.data === undefined ? (
        <LoadError what="The curve" error={equity.error} onRetry={() => void equity.refetch()} />
      ) : points.length < 2 ? (
        <Empty icon={ChartSpline} title="The curve begins with the next trade">
          A point is kept for each trading day and after each trade.
        </Empty>
      ) : (
        <EquityChart points={points} currency={currency} />
      )}
    </Panel>
  );
}
