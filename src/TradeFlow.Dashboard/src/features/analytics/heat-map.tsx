import { useQuery } from '@tanstack/react-query';
import type { KeyRow } from '@/api/types';
import { cx } from '@/ui/cx';
import { signedMoney, trend } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { LoadError, Skeleton } from '@/ui/states';
import { daysQuery } from './queries';
import type { Filter } from './search';
import { weeksOf } from './weeks';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const signs = { up: '+', down: '−', flat: '·' };
const words = { up: 'profit', down: 'loss', flat: 'no change' };

// Four steps by how large a day was beside the largest. Each has its sign, so that nobody needs the colour.
const steps = {
  up: ['bg-up/15 text-ink', 'bg-up/30 text-ink', 'bg-up/50 text-ink', 'bg-up text-surface'],
  down: ['bg-down/15 text-ink', 'bg-down/30 text-ink', 'bg-down/50 text-ink', 'bg-down text-surface'],
};

// On a narrow screen the newest weeks are the ones to see first.
const toTheEnd = (box: HTMLElement | null): void => {
  if (box !== null) box.scrollLeft = box.scrollWidth;
};

/** The trading days as a calendar, a column for each week. */
export function HeatMap({ filter, currency, onDay }: { filter: Filter; currency: string; onDay: (day: string) => void }) {
  const days = useQuery(daysQuery(filter));
  const mine = new Map(days.data?.filter((row) => row.currency === currency).map((row) => [row.key ?? '', row]));
  const largest = Math.max(0, ...[...mine.values()].map((row) => Math.abs(row.net_pnl)));
  const weeks = weeksOf([...mine.keys()]);
  return (
    <Panel title="Days" description="Net P&L of each trading day. A day narrows everything to it.">
      {days.isPending ? (
        <div role="status" aria-label="Loading the days">
          <Skeleton className="h-44 rounded-xl" />
        </div>
      ) : days.isError && days.data === undefined ? (
        <LoadError what="The days" error={days.error} onRetry={() => void days.refetch()} />
      ) : (
        <div ref={toTheEnd} className="relative overflow-x-auto pb-1" tabIndex={0} role="group" aria-label="Days, by week">
          <table className="border-separate border-spacing-[3px] text-[0.6875rem]">
            <thead>
              <tr>
                <th className="sr-only">Weekday</th>
                {weeks.map((week) => (
                  <th key={week.days[0]} scope="col" className="h-4 max-w-6 overflow-visible text-left font-normal whitespace-nowrap text-faint">
                    {week.month ?? <span className="sr-only">Week of {week.days[0]}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {weekdays.map((weekday, row) => (
                <tr key={weekday}>
                  <th scope="row" className="sticky left-0 bg-surface pr-2 text-left font-normal text-faint">
                    {weekday}
                  </th>
                  {weeks.map((week) => (
                    <td key={week.days[0]} className="p-0">
                      <Day name={week.days[row] ?? ''} row={mine.get(week.days[row] ?? '')} largest={largest} currency={currency} onDay={onDay} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Day({ name, row, largest, currency, onDay }: { name: string; row: KeyRow | undefined; largest: number; currency: string; onDay: (day: string) => void }) {
  if (row === undefined) return <span className="block size-6 rounded-md bg-sunken" />;
  const way = trend(row.net_pnl);
  const step = largest === 0 ? 0 : Math.min(3, Math.floor((Math.abs(row.net_pnl) / largest) * 4));
  const text = `${name}: ${signedMoney(row.net_pnl, currency)} ${words[way]}, ${row.trades} ${row.trades === 1 ? 'trade' : 'trades'}`;
  return (
    <button
      type="button"
      title={text}
      aria-label={text}
      onClick={() => onDay(name)}
      className={cx('grid size-6 place-items-center rounded-md font-semibold outline-offset-1', way === 'flat' ? 'bg-line text-ink' : steps[way][step])}
    >
      {signs[way]}
    </button>
  );
}
