import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { signalsQuery } from '@/api/queries/signals';
import { AccountSelect } from '@/app/account-select';
import { usePollInterval } from '@/app/live-context';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { MoreButton } from '@/ui/more-button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { SignalDrawer } from './signal-drawer';
import { SignalList } from './signal-list';

const route = getRouteApi('/signed-in/log');

const statuses = [
  ['200', 'Executed'],
  ['202', 'Pending'],
  ['401', 'Key not accepted'],
  ['402', 'Plan limit'],
  ['403', 'Held by risk, or its sender refused'],
  ['409', 'Id used before, or a message missed'],
  ['422', 'Refused or not understood'],
  ['429', 'Too fast'],
  ['499', 'Sender hung up'],
  ['503', 'Unavailable'],
] as const;

const spans = [
  [1, 'Last hour'],
  [24, 'Last 24 hours'],
  [168, 'Last 7 days'],
  [720, 'Last 30 days'],
] as const;

export function SignalLogScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<typeof search>): void => void navigate({ search: { ...search, ...next }, replace: true });
  const signals = useInfiniteQuery({
    ...signalsQuery({ account_id: search.account, status: search.status, hours: search.hours }),
    refetchInterval: usePollInterval() === false ? 15_000 : 5000,
  });
  const items = signals.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = search.account !== undefined || search.status !== undefined || search.hours !== undefined;

  return (
    <>
      <PageHeader title="Webhook log">Every signal that came with one of your keys, and what became of it. Keys are masked.</PageHeader>
      <div className="mb-4 grid gap-3 sm:grid-cols-3 lg:grid-cols-[16rem_13rem_12rem]">
        <AccountSelect value={search.account} onChange={(account) => change({ account })} />
        <SelectField label="Answer" value={search.status ?? ''} onChange={(e) => change({ status: e.target.value || undefined })}>
          <option value="">Any answer</option>
          {statuses.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <SelectField label="Time" value={search.hours ?? ''} onChange={(e) => change({ hours: e.target.value === '' ? undefined : Number(e.target.value) })}>
          <option value="">All time</option>
          {spans.map(([hours, label]) => (
            <option key={hours} value={hours}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <Panel flush className="overflow-hidden">
        {signals.isPending ? (
          <SkeletonRows label="Loading signals" rows={7} />
        ) : signals.isError && items.length === 0 ? (
          <LoadError what="The webhook log" error={signals.error} onRetry={() => void signals.refetch()} />
        ) : items.length === 0 ? (
          <Empty
            icon={FileClock}
            title={filtered ? 'No signal matches' : 'No signal has arrived yet'}
            action={
              filtered ? (
                <Button onClick={() => change({ account: undefined, status: undefined, hours: undefined })}>Clear the filter</Button>
              ) : (
                <Link to="/webhooks" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
                  Set up an alert
                </Link>
              )
            }
          >
            {filtered ? 'Try another account, answer or time.' : 'As soon as your alert fires it is listed here, accepted or not, with the reason.'}
          </Empty>
        ) : (
          <>
            <SignalList signals={items} onOpen={(id) => change({ id })} />
            <MoreButton has={signals.hasNextPage} busy={signals.isFetchingNextPage} onMore={() => void signals.fetchNextPage()} />
          </>
        )}
      </Panel>
      {search.id !== undefined && <SignalDrawer id={search.id} onClose={() => change({ id: undefined })} onOpen={(id) => change({ id })} />}
    </>
  );
}
