import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { todayQuery } from '@/api/queries/today';
import type { RiskConfig } from '@/api/types';
import { useTheme } from '@/app/theme-context';
import { useUser } from '@/app/user-context';
import { Pnl } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { timeText, zoneName } from '@/ui/time';

/** What the limits count, as it stands now. */
export function Today({ limits }: { limits: RiskConfig | undefined }) {
  const { user } = useUser();
  const today = useQuery(todayQuery());
  const zone = zoneName(useTheme().zone);
  if (today.isPending)
    return (
      <Panel flush>
        <SkeletonRows label="Loading today" rows={3} />
      </Panel>
    );
  if (today.isError)
    return (
      <Panel flush>
        <LoadError what="Today" error={today.error} onRetry={() => void today.refetch()} />
      </Panel>
    );
  const { day_start, day_end, timezone, day_reset_time, trades, open_positions, pnl } = today.data;
  return (
    <Panel title="Today" description={`The trading day begins at ${day_reset_time}, ${timezone}.${user.tenant.accounts === null ? '' : ' Of the accounts that you see: the limits count all accounts of the workspace.'}`}>
      <dl className="flex flex-col divide-y divide-line text-sm">
        {pnl.length === 0 && <Row name="Profit or loss">no account yet</Row>}
        {pnl.map((sum) => (
          <Row key={sum.currency} name={`Profit or loss, ${sum.currency}`}>
            <Pnl amount={sum.pnl} currency={sum.currency} />
          </Row>
        ))}
        <Row name="Trades">{used(trades, limits?.max_trades_per_day)}</Row>
        <Row name="Open positions">{used(open_positions, limits?.max_open_trades)}</Row>
        <Row name="Began">{timeText(day_start, zone)}</Row>
        <Row name="Next day">{timeText(day_end, zone)}</Row>
      </dl>
    </Panel>
  );
}

const used = (count: number, limit: number | null | undefined): string => (limit === null || limit === undefined ? String(count) : `${count} of ${limit}`);

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2.5">
      <dt className="text-muted">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}
