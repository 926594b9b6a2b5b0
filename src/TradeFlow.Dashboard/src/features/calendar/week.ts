import type { CalendarEvent } from '@/api/types';

const day = 86_400_000;

/** Monday to Monday of the week that lies so many weeks from this one, by UTC: events near its ends are shown on the day of the user's zone. */
export function weekAround(now: number, offset: number): { from: string; to: string } {
  const midnight = Math.floor(now / day) * day;
  const monday = midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * day + offset * 7 * day;
  return { from: new Date(monday).toISOString(), to: new Date(monday + 7 * day).toISOString() };
}

export function byDay(events: readonly CalendarEvent[], zone: string): { day: string; events: CalendarEvent[] }[] {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
  const groups: { day: string; events: CalendarEvent[] }[] = [];
  for (const event of events) {
    const name = format.format(new Date(event.at));
    const last = groups.at(-1);
    if (last?.day === name) last.events.push(event);
    else groups.push({ day: name, events: [event] });
  }
  return groups;
}

/** "in 2 h 5 min"; nothing once it has come. */
export function countdown(at: string, now: number): string | null {
  const minutes = Math.ceil((Date.parse(at) - now) / 60_000);
  if (minutes <= 0) return null;
  if (minutes < 60) return `in ${minutes} min`;
  if (minutes < 1440) return `in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `in ${Math.floor(minutes / 1440)} d`;
}
