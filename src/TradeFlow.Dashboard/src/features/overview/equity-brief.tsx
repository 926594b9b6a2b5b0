import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartSpline } from 'lucide-react';
import { useBrokers } from '@/app/broker-context';
import { EquityChart } from '@/app/equity/equity-chart';
import { useTheme } from '@/app/theme-context';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, Skeleton } from '@/ui/states';
import { zoneName } from '@/ui/time';
import { monthOfEquityQuery } from './queries';

/** The last 30 days, a curve for each currency. */
export function EquityBrief() {
  const equity = useQuery(monthOfEquityQuery(zoneName(useTheme().zone)));
  const currencies = [...new Set(equity.data?.map((point) => point.currency))].toSorted();
  const curves = currencies.map((currency) => ({ currency, points: equity.data?.filter((point) => point.currency === currency) ?? [] })).filter(({ points }) => points.length > 1);
  return (
    <Panel
      title="Equity, 30 days"
      actions={
        <Link to="/analytics" className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
          Analytics
        </Link>
      }
    >
      {equity.isPending ? (
        <CurvesToCome />
      ) : equity.isError && equity.data === undefined ? (
        <LoadError what="The curve" error={equity.error} onRetry={() => void equity.refetch()} />
      ) : curves.length === 0 ? (
        <Empty icon={ChartSpline} title="The curve has just begun">
          A point is kept for each trading day and after each trade.
        </Empty>
      ) : (
        <div className="flex flex-col gap-5">
          {curves.map(({ currency, points }) => (
            <EquityChart key={currency} points={points} currency={currency} compact />
          ))}
        </div>
      )}
    </Panel>
  );
}

/** As high as the curves will be, one for each currency of the accounts, so that nothing below moves when they come. */
export function CurvesToCome() {
  const { connectedBrokers } = useBrokers();
  const count = Math.max(1, new Set(connectedBrokers.map((account) => account.currency)).size);
  return (
    <div role="status" aria-label="Loading the curve" className="flex flex-col gap-5">
      {Array.from({ length: count }, (_, place) => (
        <div key={place}>
          <Skeleton className="h-44 rounded-xl" />
          <Skeleton className="mt-3 h-5 w-2/3 max-sm:h-11" />
        </div>
      ))}
    </div>
  );
}
