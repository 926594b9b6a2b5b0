import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { positionsQuery } from '@/api/queries/positions';
import { todayQuery } from '@/api/queries/today';
import { useBrokers } from '@/app/broker-context';
import { balanceByCurrency, equityByCurrency, floatingByCurrency } from '@/app/totals';
import { Money, Pnl } from '@/ui/money';
import { Skeleton } from '@/ui/states';
import { overviewQuery } from './queries';

/** The numbers that a trader looks for first. One block for each currency: amounts of two currencies are never added. */
export function Metrics() {
  const { connectedBrokers, known, currencyOf } = useBrokers();
  const positions = useQuery(positionsQuery());
  const today = useQuery(todayQuery());
  const overview = useQuery(overviewQuery());

  if (!known || positions.isPending) return <MetricsToCome />;
  // What an account is counted in is not known before its first report.
  const reported = connectedBrokers.filter((account) => account.status !== 'pending');
  const equity = equityByCurrency(reported);
  const balance = new Map(balanceByCurrency(reported).map((sum) => [sum.currency, sum.total]));
  const floating = new Map(floatingByCurrency(positions.data ?? [], currencyOf).map((sum) => [sum.currency, sum.total]));

  return (
    <div className="flex flex-col gap-3">
      {equity.map(({ currency, total, unknown }) => {
        const open = positions.data === undefined ? null : (floating.get(currency) ?? 0);
        const count = positions.data?.filter((p) => currencyOf(p.account_id) === currency).length;
        return (
          <section
            key={currency}
            aria-label={`Money in ${currency}`}
            className={block}
          >
            <Metric name={`Equity, ${currency}`} big value={<Money amount={total} currency={currency} />}>
              {unknown > 0 ? `${unknown} not reported yet` : 'balance and open positions'}
            </Metric>
            <Metric name="Balance" big value={<Money amount={balance.get(currency)} currency={currency} />}>
              without open positions
            </Metric>
            <Metric name="Open P&L" big value={<Pnl amount={open} currency={currency} arrow />}>
              {count === undefined ? '—' : `${count} ${count === 1 ? 'position' : 'positions'}`}
            </Metric>
            <Metric name="P&L today" big value={<Pnl amount={today.data?.pnl.find((sum) => sum.currency === currency)?.pnl} currency={currency} arrow />}>
              {today.data === undefined ? '—' : `since ${today.data.day_reset_time}, ${today.data.timezone}`}
            </Metric>
            <Metric name="Open risk" big value={<Money amount={overview.data?.by_currency.find((sum) => sum.currency === currency)?.open_risk} currency={currency} />}>
              {riskText(overview.data?.by_currency.find((sum) => sum.currency === currency)?.positions_without_stop)}
            </Metric>
          </section>
        );
      })}
    </div>
  );
}

const block = 'grid grid-cols-2 gap-px overflow-hidden rounded-2xl border border-line bg-line sm:grid-cols-3 lg:grid-cols-5';

/** As high as the figures will be, so that nothing below moves when they come. */
function MetricsToCome() {
  return (
    <div role="status" aria-label="Loading the figures" className={block}>
      {[['Equity', 'balance and open positions'], ['Balance', 'without open positions'], ['Open P&L', '—'], ['P&L today', '—'], ['Open risk', '—']].map(([name = '', hint]) => (
        <Metric key={name} name={name} big value={<Skeleton className="my-1 h-5 w-24 sm:my-1.5 sm:h-7" />}>
          {hint}
        </Metric>
      ))}
    </div>
  );
}

const riskText = (without: number | undefined): string =>
  without === undefined ? '—' : without === 0 ? 'if every stop is hit' : `${without} without a stop`;

function Metric({ name, value, big = false, children }: { name: string; value: ReactNode; big?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-4 max-lg:last:col-span-full sm:px-5">
      <p className="truncate text-[0.8125rem] text-muted">{name}</p>
      <p className={big ? 'mt-1 h-7 truncate text-xl font-semibold tracking-[-0.012em] sm:h-9 sm:text-2xl sm:leading-9' : 'mt-1 truncate text-lg font-semibold sm:leading-9'}>
        {value}
      </p>
      <p className="mt-0.5 text-[0.8125rem] text-pretty text-faint sm:truncate">{children}</p>
    </div>
  );
}
