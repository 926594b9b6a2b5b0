import type { RiskConfig } from '@/api/types';

/** The form as it is typed: a limit is text, and empty text is no limit. */
export interface Draft extends Omit<RiskConfig, 'pending' | 'max_daily_loss' | 'max_trades_per_day' | 'max_open_trades' | 'denied_instruments'> {
  max_daily_loss: string;
  max_trades_per_day: string;
  max_open_trades: string;
  denied_instruments: string;
}

const text = (limit: number | null): string => (limit === null ? '' : String(limit));
const limit = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed));

export const draftOf = (config: RiskConfig): Draft => ({
  ...config,
  max_daily_loss: text(config.max_daily_loss),
  max_trades_per_day: text(config.max_trades_per_day),
  max_open_trades: text(config.max_open_trades),
  denied_instruments: config.denied_instruments.join(', '),
});

export const configOf = (draft: Draft): Omit<RiskConfig, 'pending'> => ({
  ...draft,
  max_daily_loss: limit(draft.max_daily_loss),
  max_trades_per_day: limit(draft.max_trades_per_day),
  max_open_trades: limit(draft.max_open_trades),
  denied_instruments: draft.denied_instruments
    .split(/[\s,;]+/)
    .map((symbol) => symbol.trim())
    .filter((symbol) => symbol !== ''),
});
