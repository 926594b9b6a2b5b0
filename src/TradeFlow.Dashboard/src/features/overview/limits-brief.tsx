import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useUser } from '@/app/user-context';
import { money } from '@/ui/format';
import { Meter } from '@/ui/meter';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { overviewQuery } from './queries';

/** How much of today's limits is used. */
export function LimitsBrief() {
  const { user } = useUser();
  const overview = useQuery(overviewQuery());
  if (overview.isPending)
    return (
      <Panel flush title="Limits today">
        <SkeletonRows label="Loading your limits" rows={3} />
      </Panel>
    );
  if (overview.isError && overview.data === undefined)
    return (
      <Panel flush title="Limits today">
        <LoadError what="Your limits" error={overview.error} onRetry={() => void overview.refetch()} />
      </Panel>
    );
  const { enabled, daily_loss, trades_per_day, open_positions } = overview.data.limits;
  return (
    <Panel
      title="Limits today"
      {...(!enabled
        ? { description: 'The risk rules are switched off: these hold nothing back.' }
        : user.tenant.accounts !== null
          ? { description: 'Used by the accounts that you see. The limits count all accounts of the workspace.' }
          : {})}
      actions={
        <Link to="/risk" className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
          Change
        </Link>
      }
    >
      <div className="flex flex-col gap-3.5">
        {daily_loss.map(({ currency, used, limit }) => (
          <Meter key={currency} name={`Lost, ${currency}`} used={used} limit={limit} format={(amount) => money(amount, currency)} />
        ))}
        <Meter name="Trades" used={trades_per_day.used} limit={trades_per_day.limit} />
        <Meter name="Open positions" used={open_positions.used} limit={open_positions.limit} />
      </div>
    </Panel>
  );
}
