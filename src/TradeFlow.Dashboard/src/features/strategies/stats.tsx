import { When } from '@/app/when';
import { Pnl, Money } from '@/ui/money';
import type { Strategy } from './queries';

/** What a paper account has made that follows the strategy from its beginning. */
export function Stats({ stats }: { stats: NonNullable<Strategy['stats']> }) {
  const currency = stats.currency ?? '';
  return (
    <section aria-label="Record on paper" className="mt-4 px-4 sm:px-5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-5">
        <Figure label="Signals">{stats.signals}</Figure>
        <Figure label="Trades">{stats.trades}</Figure>
        <Figure label="Win rate">{stats.win_rate === null ? '—' : `${(stats.win_rate * 100).toFixed(1)}%`}</Figure>
        <Figure label="Net P&L">{stats.trades === 0 ? '—' : <Pnl amount={stats.net_pnl} currency={currency} />}</Figure>
        <Figure label="Max drawdown">{stats.trades === 0 ? '—' : <Money amount={stats.max_drawdown} currency={currency} />}</Figure>
      </dl>
      <p className="mt-2 text-[0.8125rem] text-muted">
        On a paper account, since <When at={stats.since} />. Fills in a real account differ.
      </p>
    </section>
  );
}

const Figure = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div>
    <dt className="text-[0.8125rem] text-muted">{label}</dt>
    <dd className="mt-0.5 font-medium tabular-nums">{children}</dd>
  </div>
);
