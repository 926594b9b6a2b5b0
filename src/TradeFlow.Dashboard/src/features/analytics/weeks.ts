export interface Week {
  /** Monday to Sunday, as dates. */
  days: string[];
  /** The name of the month that begins in it. */
  month: string | undefined;
}

const dayLength = 86_400_000;
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** All weeks from the first of some dates to the last, at least a quarter of a year, so that a few days do not stand alone. */
export function weeksOf(dates: readonly string[]): Week[] {
  const times = dates.map((date) => Date.parse(`${date}T00:00:00Z`)).filter((time) => !Number.isNaN(time));
  if (times.length === 0) return [];
  const last = mondayOf(Math.max(...times));
  const first = Math.min(mondayOf(Math.min(...times)), last - 12 * 7 * dayLength);
  const weeks: Week[] = [];
  for (let monday = first; monday <= last; monday += 7 * dayLength) {
    const days = Array.from({ length: 7 }, (_, day) => dateOf(monday + day * dayLength));
    const begins = days.find((day) => day.endsWith('-01'));
    weeks.push({ days, month: begins === undefined ? undefined : monthName.format(new Date(begins)) });
  }
  return weeks;
}

const mondayOf = (time: number): number => time - ((new Date(time).getUTCDay() + 6) % 7) * dayLength;
