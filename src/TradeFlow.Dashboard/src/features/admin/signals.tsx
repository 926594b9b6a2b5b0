import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { useState } from 'react';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { SelectField } from '@/ui/field';
import { duration } from '@/ui/format';
import { MoreButton } from '@/ui/more-button';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { signalsQuery, type Signal } from './queries';
import { TenantFilter } from './tenant-filter';

const route = getRouteApi('/signed-in/admin');

export function Signals() {
  const { tenant } = route.useSearch();
  const [status, setStatus] = useState('');
  const signals = useInfiniteQuery({ ...signalsQuery({ tenant_id: tenant, status: status || undefined }), refetchInterval: 10_000 });
  const items = signals.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <TenantFilter />
      <SelectField className="mb-4 max-w-52" label="Answer" value={status} onChange={(event) => setStatus(event.target.value)}>
        <option value="">Any answer</option>
        <option value="2xx">Taken (2xx)</option>
        <option value="4xx">Refused (4xx)</option>
        <option value="5xx">Failed (5xx)</option>
      </SelectField>
      <Panel flush>
        {signals.isPending ? (
          <SkeletonRows label="Loading signals" />
        ) : signals.isError && items.length === 0 ? (
          <LoadError what="Signals" error={signals.error} onRetry={() => void signals.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={FileClock} title="No signal matches">
            Messages are their tenant's own and are not shown here; what became of them is.
          </Empty>
        ) : (
          <>
            <ul className="divide-y divide-line">
              {items.map((signal) => (
                <Row key={signal.id} signal={signal} />
              ))}
            </ul>
            <MoreButton has={signals.hasNextPage} busy={signals.isFetchingNextPage} onMore={() => void signals.fetchNextPage()} />
          </>
        )}
      </Panel>
    </>
  );
}

const Row = ({ signal }: { signal: Signal }) => (
  <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm sm:px-5">
    <span className="text-muted tabular-nums">
      <When at={signal.received_at} />
    </span>
    <div className="min-w-0 grow basis-56">
      <p className="truncate font-medium">
        {signal.tenant} <span className="font-normal text-muted">{signal.broker}</span>
      </p>
      <p className="truncate text-[0.8125rem] text-muted">{signal.error ?? signal.dialect ?? 'not read'}</p>
    </div>
    <Badge tone={signal.status < 300 ? 'up' : signal.status < 500 ? 'warn' : 'down'}>
      {signal.status}
      {signal.code != null && ` ${signal.code}`}
    </Badge>
    <span className="text-[0.8125rem] text-muted tabular-nums">{duration(signal.latency_ms)}</span>
  </li>
);
