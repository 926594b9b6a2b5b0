import type { CalendarEvent } from '@/api/types';
import { Badge, type Tone } from '@/ui/badge';
import { cx } from '@/ui/cx';
import { byDay, countdown } from './week';

const tones: Record<string, Tone> = { high: 'down', medium: 'warn', low: 'neutral', holiday: 'accent' };
const words: Record<string, string> = { high: 'High impact', medium: 'Medium', low: 'Low', holiday: 'Holiday' };

export function EventList({ events, zone, now }: { events: readonly CalendarEvent[]; zone: string; now: number }) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
  const next = events.find((event) => event.impact === 'high' && Date.parse(event.at) > now);
  return (
    <div className="divide-y divide-line">
      {byDay(events, zone).map((group) => (
        <section key={group.day} aria-label={group.day}>
          <h2 className="bg-sunken px-4 py-2 text-[0.8125rem] font-semibold text-muted sm:px-5">{group.day}</h2>
          <ul className="divide-y divide-line">
            {group.events.map((event) => {
              const left = event.all_day ? null : countdown(event.at, now);
              return (
                <li
                  key={`${event.source} ${event.id}`}
                  className={cx('grid grid-cols-[6.5rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1 px-4 py-3 text-sm sm:px-5', left === null && 'opacity-60')}
                >
                  <time dateTime={event.at} className="text-muted tabular-nums">
                    {event.all_day ? 'All day' : clock.format(new Date(event.at))}
                  </time>
                  <div className="min-w-0">
                    <p className="font-medium">{event.title}</p>
                    <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-muted">
                      <Badge tone={tones[event.impact] ?? 'neutral'} dot>
                        {words[event.impact] ?? event.impact}
                      </Badge>
                      <span>{event.currency}</span>
                      {event.forecast ? <span>forecast {event.forecast}</span> : null}
                      {event.previous ? <span>before {event.previous}</span> : null}
                      {left !== null && <span className={cx(event === next && 'font-medium text-ink')}>{left}</span>}
                    </p>
                  </div>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}
