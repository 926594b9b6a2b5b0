import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ModeBadge } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';
import { Badge } from '@/ui/badge';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/states';
import { HealthLine } from './health-line';
import { overviewQuery } from './queries';

export function AccountsBrief() {
  const { connectedBrokers, known, brokerName } = useBrokers();
  const overview = useQuery(overviewQuery());
  const health = new Map(overview.data?.accounts.map((account) => [account.id, account]));
  return (
    <Panel
      flush
      className="overflow-hidden"
      title="Accounts"
      actions={
        <Link to="/accounts" className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
          Manage
        </Link>
      }
    >
      {!known ? (
        <SkeletonRows label="Loading accounts" rows={2} />
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {connectedBrokers.map((account) => (
            <li key={account.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <span className="min-w-0 grow">
                <span className="block truncate font-medium">{account.name}</span>
                <span className="mt-1 flex flex-wrap items-center gap-1.5">
                  <ModeBadge mode={account.mode} />
                  {!account.enabled && <Badge>disabled</Badge>}
                  <span className="truncate text-[0.8125rem] text-muted">{brokerName(account.broker)}</span>
                </span>
                <HealthLine account={health.get(account.id)} />
              </span>
              <Money amount={account.equity} currency={account.currency} className="font-medium" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
