import { useQuery } from '@tanstack/react-query';
import { problemOf } from '@/api/problem';
import { billingStatusQuery, usageQuery } from '@/api/queries/billing';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { LoadError, Skeleton } from '@/ui/states';
import { AccountChooser } from './account-chooser';
import { NotConfigured, Returned, Standing } from './notices';
import { PlanCards } from './plan-cards';
import { plansQuery, useCheckout, usePortal } from './queries';
import { isPaid, isSubscribed } from './standing';
import { YourPlan } from './your-plan';

const lookEvery = 2000;
const mostLooks = 30;

const toStripe = (url: string): void => window.location.assign(url);

/** Plan, usage and plans. `leave` goes to Stripe's pages. */
export function BillingPage({ returned, leave = toStripe }: { returned?: 'done' | 'canceled' | undefined; leave?: (url: string) => void }) {
  const status = useQuery({
    ...billingStatusQuery(),
    // Just paid: Stripe's word is on its way.
    refetchInterval: ({ state }) => (returned === 'done' && state.dataUpdateCount < mostLooks && !(state.data !== undefined && isPaid(state.data)) ? lookEvery : false),
  });
  const paid = status.data !== undefined && isPaid(status.data);
  const usage = useQuery({ ...usageQuery(), ...(returned === 'done' && !paid ? { refetchInterval: lookEvery } : {}) });
  const plans = useQuery(plansQuery());
  const checkout = useCheckout();
  const portal = usePortal();
  const problem = problemOf(checkout.error ?? portal.error);

  const failed = [usage, status, plans].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined)
    return (
      <Panel flush>
        <LoadError what="Billing" error={failed.error} onRetry={() => [usage, status, plans].forEach((query) => void query.refetch())} />
      </Panel>
    );
  if (usage.data === undefined || status.data === undefined || plans.data === undefined)
    return (
      <div role="status" aria-label="Loading billing" className="flex flex-col gap-5">
        <Skeleton className="h-36 rounded-2xl" />
        <Skeleton className="h-64 rounded-2xl" />
      </div>
    );
  return (
    <div className="flex flex-col gap-5">
      {returned !== undefined && <Returned how={returned} status={status.data} />}
      <Standing usage={usage.data} status={status.data} />
      {problem !== null && <Notice kind="error" problem={problem} />}
      <YourPlan
        usage={usage.data}
        status={status.data}
        plan={plans.data.find((one) => one.plan === usage.data.plan)}
        managing={portal.isPending}
        onManage={() => portal.mutate(undefined, { onSuccess: ({ url }) => leave(url) })}
      />
      {usage.data.accounts.some((account) => account.exit_only) && <AccountChooser usage={usage.data} />}
      {!status.data.configured && <NotConfigured />}
      <section aria-label="Plans" className="flex flex-col gap-3">
        {isSubscribed(status.data) && <p className="text-sm text-muted">To change to another plan, or to end it, open Manage subscription.</p>}
        <PlanCards
          plans={plans.data}
          status={status.data}
          opening={checkout.isPending ? checkout.variables : null}
          onChoose={(priceId) => checkout.mutate(priceId, { onSuccess: ({ url }) => leave(url) })}
        />
      </section>
    </div>
  );
}
