import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from '@/api/queries/accounts';
import { PageHeader, Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { Pending } from './pending';
import { riskConfigQuery } from './queries';
import { RiskForm } from './risk-form';
import { Rules } from './rules';
import { Today } from './today';

export function RiskScreen() {
  const config = useQuery(riskConfigQuery());
  const accounts = useQuery(accountsQuery());
  const currency = accounts.data?.[0]?.currency ?? '';
  return (
    <>
      <PageHeader title="Risk">Limits for new entries, on all accounts of this workspace. Closing a position is never held back.</PageHeader>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          {config.isPending ? (
            <Panel flush>
              <SkeletonRows label="Loading your limits" rows={6} />
            </Panel>
          ) : config.isError ? (
            <Panel flush>
              <LoadError what="Your limits" error={config.error} onRetry={() => void config.refetch()} />
            </Panel>
          ) : (
            <>
              <Pending config={config.data} currency={currency} />
              <RiskForm saved={config.data} currency={currency} />
            </>
          )}
          <Rules waits={config.data?.cooldown_enabled === true} />
        </div>
        <Today limits={config.data} />
      </div>
    </>
  );
}
