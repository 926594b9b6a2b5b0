import { useQuery } from '@tanstack/react-query';
import type { KeyRow } from '@/api/types';
import { useBrokers } from '@/app/broker-context';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { trend } from '@/ui/format';
import { Pnl } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { share } from './numbers';
import { groupsQuery } from './queries';
import { groupings, type Filter, type Grouping } from './search';

const labels: Record<Grouping, string> = { symbol: 'Symbol', weekday: 'Weekday', hour: 'Hour', strategy: 'Strategy', broker: 'Broker' };
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function Breakdown({ filter, currency, by, onBy }: { filter: Filter; currency: string; by: Grouping; onBy: (by: Grouping) => void }) {
  const { brokerName } = useBrokers();
  const groups = useQuery(groupsQuery(by, filter));
  const rows = groups.data?.filter((row) => row.currency === currency) ?? [];
  const nameOf = ({ key }: KeyRow): string => {
    if (key === null) return 'None';
    if (by === 'broker') return brokerName(key);
    if (by === 'weekday') return weekdayNames[weekdays.indexOf(key)] ?? key;
    return by === 'hour' ? `${key}:00` : key;
  };
  const ordered = rows.toSorted((a, b) =>
    by === 'hour' ? (a.key ?? '').localeCompare(b.key ?? '') : by === 'weekday' ? weekdays.indexOf(a.key ?? '') - weekdays.indexOf(b.key ?? '') : b.net_pnl - a.net_pnl,
  );
  const largest = Math.max(0, ...rows.map((row) => Math.abs(row.net_pnl)));
  return (
    <Panel
      flush
      className="overflow-hidden"
      title={`By ${labels[by].toLowerCase()}`}
      actions={
        <div role="group" aria-label="Tell apart by" className="flex flex-wrap gap-1.5">
          {groupings.map((one) => (
            <Button key={one} size="sm" aria-pressed={one === by} className="aria-pressed:border-accent aria-pressed:bg-accent-soft" onClick={() => onBy(one)}>
              {labels[one]}
            </Button>
          ))}
        </div>
      }
    >
      {groups.isPending ? (
        <SkeletonRows label="Loading the groups" rows={4} />
      ) : groups.isError && groups.data === undefined ? (
        <LoadError what="The groups" error={groups.error} onRetry={() => void groups.refetch()} />
      ) : (
        <ul aria-label={`By ${labels[by].toLowerCase()}`} className="divide-y divide-line border-t border-line">
          {ordered.map((row) => (
            <li key={row.key ?? ''} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm sm:grid-cols-[9rem_minmax(0,1fr)_9rem_8rem] sm:px-5">
              <span className={cx('truncate font-medium', row.key === null && 'text-muted')}>{nameOf(row)}</span>
              <Bar row={row} largest={largest} />
              <span className="text-[0.8125rem] text-muted max-sm:col-start-1">
                {row.trades} {row.trades === 1 ? 'trade' : 'trades'}, {share(row.wins + row.losses === 0 ? null : row.wins / (row.wins + row.losses))} won
              </span>
              <span className="text-right max-sm:col-start-2 max-sm:row-start-1">
                <Pnl amount={row.net_pnl} currency={currency} arrow />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Losses to the left of the middle, profits to the right of it. */
function Bar({ row, largest }: { row: KeyRow; largest: number }) {
  const width = largest === 0 ? 0 : (Math.abs(row.net_pnl) / largest) * 50;
  const way = trend(row.net_pnl);
  return (
    <span aria-hidden className="relative block h-2 overflow-hidden rounded-full bg-sunken max-sm:hidden">
      <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
      <span
        className={cx('absolute inset-y-0', way === 'down' ? 'right-1/2 rounded-l-full bg-down' : 'left-1/2 rounded-r-full bg-up')}
        style={{ width: `${width}%` }}
      />
    </span>
  );
}
