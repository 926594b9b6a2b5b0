import { quantity } from '@/ui/format';
import type { Activation } from './queries';

/** What to paste into TradingView's Message for a strategy: one text for entries, exits and turns. */
export const message = `{
  "version": "unify.v1",
  "id": "{{strategy.order.id}}-{{timenow}}",
  "time": "{{timenow}}",
  "intent": {
    "action": "target",
    "symbol": "{{ticker}}",
    "position": "{{strategy.market_position}}",
    "position_size": "{{strategy.market_position_size}}",
    "prev_position": "{{strategy.prev_market_position}}",
    "prev_position_size": "{{strategy.prev_market_position_size}}",
    "price": "{{strategy.order.price}}"
  }
}`;

export const sizeModes = [
  ['multiplier', "The signal's size, multiplied"],
  ['qty', 'A fixed quantity (lots or contracts)'],
  ['risk_percent', '% of equity lost at the stop'],
  ['risk_money', 'Money lost at the stop'],
  ['equity_percent', '% of equity as position'],
  ['units', 'Units of the underlying'],
] as const;

const sizeTexts: Record<string, (value: string) => string> = {
  qty: (value) => `${value} per entry`,
  risk_percent: (value) => `${value}% of equity at risk`,
  risk_money: (value) => `${value} at risk`,
  equity_percent: (value) => `${value}% of equity`,
  units: (value) => `${value} units`,
};

export function sizeText({ size, multiplier }: Pick<Activation, 'size' | 'multiplier'>): string {
  const factor = multiplier === 1 ? '' : ` × ${quantity(multiplier)}`;
  if (size === null) return factor === '' ? "The signal's size" : `The signal's size${factor}`;
  const text = sizeTexts[size.mode]?.(quantity(size.value)) ?? `${quantity(size.value)} ${size.mode}`;
  return text + factor;
}

const outcomes: Record<string, string> = {
  filled: 'filled',
  working: 'working',
  pending: 'pending',
  nothing_to_do: 'nothing to do',
  canceled: 'canceled',
  rejected: 'rejected by the broker',
  refused: 'refused by own rules',
};

export const outcomeText = (outcome: string): string => outcomes[outcome] ?? outcome.replaceAll('_', ' ');

export const accountsText = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`;
