/**
 * The instant at which the running trading day began: the last `reset` ("17:00") on the wall clock of `zone`. Found by wall clock and not by
 * subtracting 24 h, so that the days of a clock change are right.
 */
export function tradingDayStart(now: Date, zone: string, reset: string): Date {
  const [hour = 0, minute = 0] = reset.split(':').map(Number);
  const wall = wallClock(now, zone);
  const today = instantOf(wall.year, wall.month, wall.day, hour, minute, zone);
  return today <= now ? today : instantOf(wall.year, wall.month, wall.day - 1, hour, minute, zone);
}

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function wallClock(instant: Date, zone: string): Wall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  const read = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
  const get = (name: string): number => read[name] ?? 0;
  return { year: get('year'), month: get('month'), day: get('day'), hour: get('hour'), minute: get('minute'), second: get('second') };
}

function instantOf(year: number, month: number, day: number, hour: number, minute: number, zone: string): Date {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  // Twice: the first correction can land on the other side of a clock change.
  for (let round = 0; round < 2; round += 1) {
    const w = wallClock(new Date(guess), zone);
    guess += wanted - Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second);
  }
  return new Date(guess);
}
