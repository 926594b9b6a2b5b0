import { useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import { todayQuery } from '@/api/queries/today';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import type { Draft } from './draft';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Window, zone and start of the trading day. A broker that reckons its day otherwise is offered, never taken over silently. */
export function TradingDayFields({
  draft,
  errors,
  onChange,
}: {
  draft: Draft;
  errors: Readonly<Record<string, readonly string[]>>;
  onChange: (part: Partial<Draft>) => void;
}) {
  const list = useId();
  const today = useQuery(todayQuery());
  const chosen = draft.trading_hours_days ?? days;
  const toggle = (day: string): void => {
    const next = days.filter((d) => (d === day ? !chosen.includes(d) : chosen.includes(d)));
    if (next.length > 0) onChange({ trading_hours_days: next.length === days.length ? null : next });
  };
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="From" type="time" required errors={errors['trading_hours_start']} value={draft.trading_hours_start} onChange={(e) => onChange({ trading_hours_start: e.target.value })} />
        <TextField label="Until" type="time" required errors={errors['trading_hours_end']} value={draft.trading_hours_end} onChange={(e) => onChange({ trading_hours_end: e.target.value })} />
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
          errors={errors['trading_hours_timezone']}
          value={draft.trading_hours_timezone}
          onChange={(e) => onChange({ trading_hours_timezone: e.target.value })}
        />
        <TextField
          label="Trading day begins at"
          type="time"
          required
          help="A change does not empty today's counters: the running day goes on until the new time comes."
          errors={errors['day_reset_time']}
          value={draft.day_reset_time}
          onChange={(e) => onChange({ day_reset_time: e.target.value })}
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
        .filter((s) => s.timezone !== draft.trading_hours_timezone || s.day_reset_time !== draft.day_reset_time)
        .map((s) => (
          <p key={s.broker} className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-sunken px-3 py-2 text-[0.8125rem] text-muted">
            <span className="min-w-0 grow">
              {s.name} reckons its day from {s.day_reset_time}, {s.timezone}.
            </span>
            <Button size="sm" onClick={() => onChange({ trading_hours_timezone: s.timezone, day_reset_time: s.day_reset_time })}>
              Use it
            </Button>
          </p>
        ))}
    </>
  );
}
