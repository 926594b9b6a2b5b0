import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { positionsQuery } from '@/api/queries/positions';
import { AccountLabel } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';
import { usePollInterval } from '@/app/live-context';
import { SideBadge } from '@/ui/badge';
import { price, quantity } from '@/ui/format';
import { Pnl } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';

const shown = 5;

export function OpenPositions() {
  const { currencyOf } = useBrokers();
  const positions = useQuery({ ...positionsQuery(), refetchInterval: usePollInterval() });
  const count = positions.data?.length ?? 0;
  return (
    <Panel
      flush
      className="overflow-hidden"
      title="Open positions"
      actions={
        <Link to="/positions" className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
          {count > shown ? `All ${count}` : 'Positions'}
        </Link>
      }
    >
      {positions.isPending ? (
        <SkeletonRows label="Loading positions" rows={3} />
      ) : positions.isError && positions.data === undefined ? (
        <LoadError what="Positions" error={positions.error} onRetry={() => void positions.refetch()} />
      ) : count === 0 ? (
        <Empty icon={ArrowLeftRight} title="Nothing is open">
          A filled signal shows up here with its live profit or loss.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {positions.data.slice(0, shown).map((p) => (
            <li key={p.id} className="flex items-center gap-4 px-4 py-2.5 text-sm sm:px-5">
              <span className="min-w-0 grow">
                <span className="flex items-center gap-2">
                  <span className="font-semibold">{p.symbol}</span>
                  <SideBadge side={p.side} />
                  <span className="text-muted">{quantity(p.qty)}</span>
                </span>
                <span className="mt-0.5 block truncate text-[0.8125rem] text-muted">
                  <AccountLabel id={p.account_id} broker={p.broker} />
                </span>
              </span>
              <span className="text-right text-[0.8125rem] text-muted max-sm:hidden">
                {price(p.avg_price, p.current_price)} → {price(p.current_price, p.avg_price)}
              </span>
              <span className="w-28 text-right">
                <Pnl amount={p.pnl} currency={currencyOf(p.account_id)} arrow />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
