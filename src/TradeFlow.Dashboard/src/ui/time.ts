/** `local`, `utc`, or the name of a zone such as `America/New_York`. */
export type ZoneChoice = string;

export const zoneName = (choice: ZoneChoice): string =>
  choice === 'utc' ? 'UTC' : choice === 'local' ? (here ??= Intl.DateTimeFormat().resolvedOptions().timeZone) : choice;

let here: string | undefined;

export const zoneNames = (): string[] => Intl.supportedValuesOf('timeZone');

/** What this browser can tell the time of; anything else is the zone of this place. */
export function knownZone(choice: unknown): ZoneChoice {
  if (typeof choice !== 'string' || choice === 'local') return 'local';
  if (choice === 'utc' || choice === 'UTC') return 'utc';
  return zoneNames().includes(choice) ? choice : 'local';
}

/** The choice as the server keeps it. */
export const serverZone = (choice: ZoneChoice): string => (choice === 'utc' ? 'UTC' : choice);

const formats = new Map<string, Intl.DateTimeFormat>();

// Making one takes longer than drawing a row.
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      day: '2-digit',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(zone, format);
  }
  return format;
}

const parts = (instant: string, zone: string): Record<string, string> =>
  Object.fromEntries(formatOf(zone).formatToParts(new Date(instant)).map((part) => [part.type, part.value]));

/** "23 Nov, 14:30:05 CET"; the year only when it is not this one. A time without its zone is a trap, so it always has one. */
export function timeText(instant: string, zone: string, now = new Date()): string {
  const p = parts(instant, zone);
  const year = p['year'] === parts(now.toISOString(), zone)['year'] ? '' : ` ${p['year']}`;
  return `${p['day']} ${p['month']}${year}, ${p['hour']}:${p['minute']}:${p['second']} ${p['timeZoneName']}`;
}

export function clockText(instant: string, zone: string): string {
  const p = parts(instant, zone);
  return `${p['hour']}:${p['minute']}:${p['second']} ${p['timeZoneName']}`;
}

export function agoText(instant: string, now: number): string {
  const seconds = Math.round((now - Date.parse(instant)) / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

const dates = new Map<string, Intl.DateTimeFormat>();

/** The date of a moment in a zone: elsewhere it may be yesterday or tomorrow. */
export function dateIn(zone: string, at: number): string {
  let format = dates.get(zone);
  if (format === undefined) dates.set(zone, (format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })));
  return format.format(at);
}

/** The first moment of a date in a zone. Where the clocks leave midnight out, it is the hour after. */
export function startOfDay(date: string, zone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // By quarters of an hour, as zones lie: from the earliest that any has it to the latest.
  const [first, last, step] = [midnight - 14 * 3_600_000, midnight + 12 * 3_600_000, 900_000];
  let [low, high] = [0, (last - first) / step];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (dateIn(zone, first + middle * step) < date) low = middle + 1;
    else high = middle;
  }
  return first + low * step;
}

/** The days up to today, as dates of a zone. */
export function lastDays(count: number, zone: string, now = Date.now()): { from: string; to: string } {
  const to = dateIn(zone, now);
  // Dates are counted, not hours: a day in which the clocks change has 23 or 25 of them.
  return { from: new Date(Date.parse(`${to}T00:00:00Z`) - (count - 1) * 86_400_000).toISOString().slice(0, 10), to };
}
