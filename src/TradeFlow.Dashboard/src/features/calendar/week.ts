import type { CalendarEvent } from '@/api/types';
import { dateIn, startOfDay } from '@/ui/time';

const day = 86_400_000;

/** Monday to Monday in a zone, of the week that lies so many weeks from this one. */
export function weekAround(now: number, offset: number, zone: string): { from: string; to: string } {
  // Dates are counted, not hours: a day in which the clocks change has 23 or 25 of them.
  const today = Date.parse(`${dateIn(zone, now)}T00:00:00Z`);
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * day + offset * 7 * day;
  const start = (date: number): string => new Date(startOfDay(new Date(date).toISOString().slice(0, 10), zone)).toISOString();
  return { from: start(monday), to: start(monday + 7 * day) };
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
