import { useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useController } from 'react-hook-form';
import { todayQuery } from '@/api/queries/today';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import type { Fields } from '@/ui/form';
import type { Draft } from './draft';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Window, zone and start of the trading day. A broker that reckons its day otherwise is offered, never taken over silently. */
export function TradingDayFields({ fields: { control, field, watch, setValue } }: { fields: Fields<Draft> }) {
  const list = useId();
  const today = useQuery(todayQuery());
  const [zone, start] = watch(['trading_hours_timezone', 'day_reset_time']);
  const { field: week } = useController({ control, name: 'trading_hours_days' });
  const chosen = week.value ?? days;
  const toggle = (day: string): void => {
    const next = days.filter((d) => (d === day ? !chosen.includes(d) : chosen.includes(d)));
    if (next.length > 0) week.onChange(next.length === days.length ? null : next);
  };
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="From" type="time" required {...field('trading_hours_start')} />
        <TextField label="Until" type="time" required {...field('trading_hours_end')} />
      </div>
      <div role="group" aria-label="Days" className="flex flex-wrap gap-2">
        {days.map((day) => (
          <Button key={day} size="sm" look={chosen.includes(day) ? 'primary' : 'quiet'} aria-pressed={chosen.includes(day)} onClick={() => toggle(day)}>
            {day[0]?.toUpperCase() + day.slice(1)}
          </Button>
        ))}
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Time zone"
          required
          list={list}
          autoComplete="off"
          help="Type a city: hours and the trading day are by its clock."
          {...field('trading_hours_timezone')}
        />
        <TextField
          label="Trading day begins at"
          type="time"
          required
          help="A change does not empty today's counters: the running day goes on until the new time comes."
          {...field('day_reset_time')}
        />
        <datalist id={list}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </datalist>
      </div>
      {today.data?.suggestions
        .filter((s) => s.timezone !== zone || s.day_reset_time !== start)
        .map((s) => (
          <p key={s.broker} className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-sunken px-3 py-2 text-[0.8125rem] text-muted">
            <span className="min-w-0 grow">
              {s.name} reckons its day from {s.day_reset_time}, {s.timezone}.
            </span>
            <Button
              size="sm"
              onClick={() => {
                setValue('trading_hours_timezone', s.timezone, { shouldDirty: true, shouldValidate: true });
                setValue('day_reset_time', s.day_reset_time, { shouldDirty: true, shouldValidate: true });
              }}
            >
              Use it
            </Button>
          </p>
        ))}
    </>
  );
}
