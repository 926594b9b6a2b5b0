import type { PendingChange, RiskConfig } from '@/api/types';
import { timeText } from '@/ui/time';
import { loosened } from './loosening';

/** "18 Nov, 00:00:00 EST (America/New_York)": by the clock that the limits go by. */
export const localTime = (instant: string, zone: string): string => `${timeText(instant, zone)} (${zone})`;

/** What a change that waits will do, in sentences. */
export function waitingWords(now: RiskConfig, { rule, change }: PendingChange, currency: string): string[] {
  if (rule !== null) return [`${rule}: other settings.`];
  const after: RiskConfig = { ...now, ...change };
  const words = loosened(now, after, currency);
  const differs = (...names: (keyof RiskConfig)[]): boolean => names.some((name) => JSON.stringify(now[name]) !== JSON.stringify(after[name]));
  if (now.cooldown_enabled && !after.cooldown_enabled) words.push('The cool-down is switched off.');
  if (after.trading_hours_enabled && differs('trading_hours_start', 'trading_hours_end', 'trading_hours_days'))
    words.push(`Trading hours: ${after.trading_hours_start} to ${after.trading_hours_end}, ${after.trading_hours_days?.join(', ') ?? 'every day'}.`);
  if (differs('trading_hours_timezone', 'day_reset_time'))
    words.push(`The trading day begins at ${after.day_reset_time}, ${after.trading_hours_timezone}.`);
  return words.length > 0 ? words : ['The settings change.'];
}
