import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from '@/api/queries/accounts';
import { PageHeader, Panel } from '@/ui/panel';
import { LoadError } from '@/ui/states';
import { AccountsBrief } from './accounts-brief';
import { EquityBrief } from './equity-brief';
import { LastSignals } from './last-signals';
import { LimitsBrief } from './limits-brief';
import { Metrics } from './metrics';
import { NextSteps } from './next-steps';
import { OpenPositions } from './open-positions';

export function OverviewScreen() {
  const accounts = useQuery(accountsQuery());
  return (
    <>
      <PageHeader title="Overview" />
      {accounts.isError && accounts.data === undefined ? (
        <Panel flush>
          <LoadError what="Your accounts" error={accounts.error} onRetry={() => void accounts.refetch()} />
        </Panel>
      ) : (
        <div className="flex flex-col gap-5">
          <NextSteps />
          {(accounts.isPending || accounts.data.length > 0) && (
            <>
              <Metrics />
              <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
                <div className="flex min-w-0 flex-col gap-5">
                  <EquityBrief />
                  <OpenPositions />
                  <LastSignals />
                </div>
                <div className="flex min-w-0 flex-col gap-5">
                  <AccountsBrief />
                  <LimitsBrief />
                </div>
              </div>
            </>
          )}
        </div>
      )}
    </>
  );
}
