import { lazy, Suspense, useRef } from 'react';
import type { EquityPoint } from '@/api/types';
import { money, signedMoney, trend } from '@/ui/format';
import { Skeleton } from '@/ui/states';
import { timeText, zoneName } from '@/ui/time';
import { useNear } from '@/ui/use-near';
import { useTheme } from '../theme-context';

// The chart is loaded where one is looked at, and nowhere else.
const EquityCanvas = lazy(() => import('./equity-canvas'));

const still = <Skeleton className="h-full rounded-xl" />;

/** Equity over time with its drawdown below, and the same in words: a picture is not for everybody. */
export function EquityChart({ points, currency, compact = false }: { points: readonly EquityPoint[]; currency: string; compact?: boolean }) {
  const zone = zoneName(useTheme().zone);
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const deepest = points.reduce((worst, point) => (point.drawdown > worst.drawdown ? point : worst));
  const change = last.equity - first.equity;
  const way = { up: 'up', down: 'down', flat: 'unchanged' }[trend(change)];
  return (
    <figure>
      <div ref={box} className={compact ? 'h-44' : 'h-72 sm:h-80'} role="img" aria-label={`Equity from ${timeText(first.at, zone)} to ${timeText(last.at, zone)}`}>
        {near ? (
          <Suspense fallback={still}>
            <EquityCanvas points={points} currency={currency} zone={zone} compact={compact} />
          </Suspense>
        ) : (
          still
        )}
      </div>
      <figcaption className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-[0.8125rem] text-muted">
        <span>
          Now <span className="font-medium text-ink">{money(last.equity, currency)}</span>, {way} <span className="font-medium text-ink">{signedMoney(change, currency)}</span>
        </span>
        <span>
          Deepest drawdown <span className="font-medium text-ink">{money(deepest.drawdown, currency)}</span>
          {deepest.drawdown > 0 && `, ${timeText(deepest.at, zone)}`}
        </span>
        {!compact && (
          <a href="https://www.tradingview.com/lightweight-charts/" target="_blank" rel="noreferrer" className="ml-auto text-faint underline-offset-4 hover:underline">
            Charts by TradingView
          </a>
        )}
      </figcaption>
    </figure>
  );
}
