import type { BillingStatus, Plan, Usage } from '@/api/types';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Badge, type Tone } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Meter } from '@/ui/meter';

const tones: Record<string, Tone> = { active: 'up', trialing: 'accent', past_due: 'warn' };

export function YourPlan({ usage, status, plan, onManage, managing }: { usage: Usage; status: BillingStatus; plan: Plan | undefined; onManage: () => void; managing: boolean }) {
  const { isOwner } = useUser();
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2.5">
          {plan?.name ?? usage.plan}
          <Badge dot tone={tones[status.status] ?? 'down'}>
            {status.status.replaceAll('_', ' ')}
          </Badge>
        </span>
      }
      description={<Term usage={usage} status={status} />}
      actions={
        status.can_manage &&
        isOwner && (
          <Button busy={managing} onClick={onManage}>
            Manage subscription
          </Button>
        )
      }
    >
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-3">
        <Meter name="Trades" used={usage.trades_count} limit={usage.trades_limit} />
        <Meter name="Brokers" used={usage.brokers} limit={usage.limits.brokers} />
        <Meter name="Accounts" used={usage.accounts_count} limit={accountsLimit(usage)} />
      </div>
    </Panel>
  );
}

const accountsLimit = ({ limits }: Usage): number | null =>
  limits.brokers === null || limits.accounts_per_broker === null ? null : limits.brokers * limits.accounts_per_broker;

function Term({ usage, status }: { usage: Usage; status: BillingStatus }) {
  if (usage.trial_ends_at !== null && status.status === 'trialing')
    return usage.trial_days_left === 0 ? (
      <>
        The trial ended <When at={usage.trial_ends_at} />.
      </>
    ) : (
      <>
        {daysText(usage.trial_days_left ?? 0)} left. The trial ends <When at={usage.trial_ends_at} />.
      </>
    );
  if (status.current_period_end === null || status.status === 'canceled') return null;
  return (
    <>
      {status.cancel_at_period_end ? 'Ends' : 'Renews'} <When at={status.current_period_end} />.
    </>
  );
}

/** Down to the hour when it matters: "2 days", "5 hours". */
export function daysText(days: number): string {
  if (days >= 1) return days < 2 ? '1 day' : `${Math.floor(days)} days`;
  const hours = Math.max(1, Math.floor(days * 24));
  return hours === 1 ? '1 hour' : `${hours} hours`;
}
