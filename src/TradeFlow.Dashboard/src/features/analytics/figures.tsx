import type { ReactNode } from 'react';
import type { Summary } from '@/api/types';
import { Button } from '@/ui/button';
import { Money, Pnl } from '@/ui/money';
import { Skeleton } from '@/ui/states';
import { held, multiple, ratio, share } from './numbers';

/** What the trades came to, one currency at a time: amounts of two are never added. */
export function Figures({ summary, currency, onCurrency }: { summary: Summary; currency: string; onCurrency: (currency: string) => void }) {
  const shown = summary.by_currency.find((one) => one.currency === currency);
  if (shown === undefined) return null;
  return (
    <section aria-label={`Figures in ${currency}`}>
      {summary.by_currency.length > 1 && (
        <div role="group" aria-label="Currency" className="mb-3 flex flex-wrap gap-2">
          {summary.by_currency.map((one) => (
            <Button
              key={one.currency}
              size="sm"
              aria-pressed={one.currency === currency}
              className="aria-pressed:border-accent aria-pressed:bg-accent-soft"
              onClick={() => onCurrency(one.currency)}
            >
              {one.currency}: {one.trades} {one.trades === 1 ? 'trade' : 'trades'}
            </Button>
          ))}
        </div>
      )}
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-2xl border border-line bg-line sm:grid-cols-4">
        <Figure name={`Net P&L, ${currency}`} value={<Pnl amount={shown.net_pnl} currency={currency} arrow />}>
          after <Money amount={shown.fees} currency={currency} /> fees
        </Figure>
        <Figure name="Win rate" value={share(shown.win_rate)}>
          {shown.wins} won, {shown.losses} lost
        </Figure>
        <Figure name="Profit factor" value={ratio(shown.profit_factor)}>
          {shown.profit_factor === null ? 'without losses' : 'profit for each 1 lost'}
        </Figure>
        <Figure name="Max drawdown" value={<Money amount={shown.max_drawdown} currency={currency} />}>
          of the cumulated net P&L
        </Figure>
        <Figure name="Trades" value={String(shown.trades)}>
          round trips
        </Figure>
        <Figure name="Expectancy" value={<Pnl amount={shown.expectancy} currency={currency} />}>
          {shown.average_r === null ? 'net for each trade' : `net for each trade; ${multiple(shown.average_r)} over ${shown.trades_with_risk} with a stop`}
        </Figure>
        <Figure name="Profit and loss" value={<Money amount={shown.gross_profit} currency={currency} />}>
          and <Money amount={shown.gross_loss} currency={currency} /> lost, before fees
        </Figure>
        <Figure name="Average hold" value={held(shown.average_hold_seconds)}>
          from entry to exit
        </Figure>
      </dl>
    </section>
  );
}

function Figure({ name, value, children }: { name: string; value: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3.5 sm:px-5">
      <dt className="truncate text-[0.8125rem] text-muted">{name}</dt>
      <dd className="mt-1 truncate text-lg font-semibold sm:text-xl">{value}</dd>
      <dd className="mt-0.5 text-[0.8125rem] text-pretty text-faint">{children}</dd>
    </div>
  );
}

export function FiguresSkeleton() {
  return (
    <div role="status" aria-label="Loading analytics" className="flex flex-col gap-5">
      <Skeleton className="h-44 rounded-2xl" />
      <Skeleton className="h-80 rounded-2xl" />
      <Skeleton className="h-56 rounded-2xl" />
    </div>
  );
}
