import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChartSpline, Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { Breakdown } from './breakdown';
import { EquityPanel } from './equity-panel';
import { Figures, FiguresSkeleton } from './figures';
import { FilterBar } from './filter-bar';
import { HeatMap } from './heat-map';
import { downloadCsv, summaryQuery } from './queries';
import { filterOf, isFiltered } from './search';
import { TradeList } from './trade-list';

const route = getRouteApi('/signed-in/analytics');

export function AnalyticsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = filterOf(search);
  const change = (next: Partial<typeof search>): void => void navigate({ search: { ...search, ...next }, replace: true, resetScroll: false });
  const summary = useQuery({ ...summaryQuery(filter), refetchInterval: 15_000 });
  // It does not depend on the filter, so another filter does not forget it.
  const [zone, setZone] = useState<string>();
  if (summary.data !== undefined && summary.data.timezone !== zone) setZone(summary.data.timezone);
  const download = useMutation({ mutationFn: () => downloadCsv(filter), onError: toasts.problem });
  const currencies = summary.data?.by_currency.map((one) => one.currency) ?? [];
  const currency = search.currency !== undefined && currencies.includes(search.currency) ? search.currency : currencies[0];

  return (
    <>
      <PageHeader
        title="Analytics"
        actions={
          <Button busy={download.isPending} disabled={(summary.data?.trades ?? 0) === 0} onClick={() => download.mutate()}>
            <Download aria-hidden className="size-4" />
            Export CSV
          </Button>
        }
      >
        Round trips, from flat to flat, with their fees. Every figure here can be reckoned again from the CSV
        {summary.data === undefined ? '' : `; days and hours are those of ${summary.data.timezone}`}.
      </PageHeader>
      <FilterBar search={search} zone={zone} onChange={change} />
      {summary.isPending ? (
        <FiguresSkeleton />
      ) : summary.isError && summary.data === undefined ? (
        <Panel flush>
          <LoadError what="Analytics" error={summary.error} onRetry={() => void summary.refetch()} />
        </Panel>
      ) : currency === undefined ? (
        <Panel flush>
          <Nothing filtered={isFiltered(search)} onClear={() => void navigate({ search: {}, replace: true })} />
        </Panel>
      ) : (
        <div className="flex flex-col gap-5">
          <Figures summary={summary.data} currency={currency} onCurrency={(next) => change({ currency: next })} />
          <EquityPanel filter={filter} currency={currency} />
          <HeatMap filter={filter} currency={currency} onDay={(day) => change({ from: day, to: day })} />
          <Breakdown filter={filter} currency={currency} by={search.by ?? 'symbol'} onBy={(by) => change({ by })} />
          <TradeList filter={filter} />
        </div>
      )}
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <Empty icon={ChartSpline} title="No trade matches" action={<Button onClick={onClear}>Clear the filter</Button>}>
      Try other days, another account or another symbol.
    </Empty>
  ) : (
    <Empty
      icon={ChartSpline}
      title="No trade has been closed yet"
      action={
        <Link to="/positions" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
          Go to the positions
        </Link>
      }
    >
      A position that is closed shows up here within a few seconds, with what it came to after fees.
    </Empty>
  );
}
