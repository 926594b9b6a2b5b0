import type { RiskConfig } from '@/api/types';
import { money } from '@/ui/format';

const wider = (before: number | null, after: number | null): boolean => before !== null && (after === null || after > before);
const words = (limit: number | null): string => (limit === null ? 'no limit' : String(limit));

/** What a change lets through that was held back before, in sentences; empty when it only tightens. */
export function loosened(before: RiskConfig, after: Omit<RiskConfig, 'pending'>, currency: string): string[] {
  const changes: string[] = [];
  if (before.enabled && !after.enabled) changes.push('All limits are switched off.');
  if (wider(before.max_daily_loss, after.max_daily_loss))
    changes.push(
      `Daily loss: ${money(before.max_daily_loss, currency)} becomes ${after.max_daily_loss === null ? 'no limit' : money(after.max_daily_loss, currency)}.`,
    );
  if (wider(before.max_trades_per_day, after.max_trades_per_day))
    changes.push(`Trades a day: ${words(before.max_trades_per_day)} becomes ${words(after.max_trades_per_day)}.`);
  if (wider(before.max_open_trades, after.max_open_trades))
    changes.push(`Open positions: ${words(before.max_open_trades)} becomes ${words(after.max_open_trades)}.`);
  const allowed = before.denied_instruments.filter((symbol) => !after.denied_instruments.includes(symbol));
  if (allowed.length > 0) changes.push(`Allowed again: ${allowed.join(', ')}.`);
  if (before.trading_hours_enabled && !after.trading_hours_enabled) changes.push('Entries pass at any hour.');
  if (before.news_lockout_enabled && !after.news_lockout_enabled) changes.push('Entries pass before news.');
  return changes;
}
