import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { CalendarDays } from 'lucide-react';
import type { Calendar } from '@/api/types';
import { useTheme } from '@/app/theme-context';
import { Button } from '@/ui/button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { agoText, zoneName } from '@/ui/time';
import { EventList } from './event-list';
import { weekQuery } from './queries';
import { weekAround } from './week';

const sourceNames: Record<string, string> = { embedded: 'Built-in dates', feed: 'Calendar feed', manual: 'Added by hand' };

export function CalendarScreen() {
  const zone = zoneName(useTheme().zone);
  const [offset, setOffset] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  const { from, to } = weekAround(now, offset, zone);
  const week = useQuery(weekQuery(from, to));
  const actions = (
    <>
      <Button size="sm" onClick={() => setOffset(offset - 1)}>
        Week before
      </Button>
      <Button size="sm" disabled={offset === 0} onClick={() => setOffset(0)}>
        This week
      </Button>
      <Button size="sm" onClick={() => setOffset(offset + 1)}>
        Week after
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title="Calendar" actions={actions}>
        The economic calendar that the news lockout reads. Times are in {zone}.
      </PageHeader>
      <Panel flush>
        {week.isPending ? (
          <SkeletonRows label="Loading the calendar" rows={6} />
        ) : week.isError ? (
          <LoadError what="The calendar" error={week.error} onRetry={() => void week.refetch()} />
        ) : week.data.items.length === 0 ? (
          <Empty icon={CalendarDays} title="Nothing is known for this week" action={<Button onClick={() => setOffset(offset + 1)}>Week after</Button>}>
            The built-in dates are those of the Federal Reserve and the American labour report. A feed brings the rest.
          </Empty>
        ) : (
          <EventList events={week.data.items} zone={zone} now={now} />
        )}
      </Panel>
      {week.data !== undefined && <Sources calendar={week.data} now={now} />}
    </>
  );
}

function Sources({ calendar, now }: { calendar: Calendar; now: number }) {
  return (
    <div className="mt-4 flex flex-col gap-1 text-[0.8125rem] text-muted">
      {calendar.stale && (
        <p role="alert" className="font-medium text-down">
          The calendar is out of date. While it is, the news lockout refuses every entry.
        </p>
      )}
      {calendar.sources.map((source) => (
        <p key={source.source}>
          {sourceNames[source.source] ?? source.source}: {source.fetched_at === null ? 'never read' : `read ${agoText(source.fetched_at, now)}`}
          {source.problem === null ? '' : `. The last attempt failed: ${source.problem}`}
          {source.complete ? '' : ' (not complete)'}
        </p>
      ))}
    </div>
  );
}
