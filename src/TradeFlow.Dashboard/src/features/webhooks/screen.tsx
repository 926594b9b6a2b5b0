import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Webhook } from 'lucide-react';
import { useForm, useWatch } from 'react-hook-form';
import { accountsQuery } from '@/api/queries/accounts';
import { AccountSelect } from '@/app/account-select';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { useSettled } from '@/ui/use-settled';
import { OptionsForm } from './options-form';
import { Steps } from './steps';
import { TemplatePanel } from './template-panel';
import { firstOptions } from './template-options';
import { ToolsPanel } from './tools-panel';

const route = getRouteApi('/signed-in/webhooks');

export function WebhooksScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const accounts = useQuery(accountsQuery());
  const { connectedBrokers, hedges } = useBrokers();
  const { canManage } = useUser();
  const form = useForm({ defaultValues: firstOptions });
  // Each template shows the key, and the server writes that down: once for each choice, not for each letter.
  const settled = useSettled(useWatch({ control: form.control }));
  const account = connectedBrokers.find((a) => a.id === search.account) ?? connectedBrokers[0];

  return (
    <>
      <PageHeader title="Webhooks">Choose an account, and copy two things into your TradingView alert: the address and the message.</PageHeader>
      {accounts.isPending ? (
        <Panel flush>
          <SkeletonRows label="Loading accounts" rows={4} />
        </Panel>
      ) : accounts.isError && accounts.data === undefined ? (
        <Panel flush>
          <LoadError what="Your accounts" error={accounts.error} onRetry={() => void accounts.refetch()} />
        </Panel>
      ) : account === undefined ? (
        <Panel flush>
          <Empty
            icon={Webhook}
            title="First, an account to trade on"
            action={
              canManage && (
                <Link
                  to="/accounts"
                  search={{ connect: true }}
                  className="inline-flex h-10 items-center rounded-lg bg-accent px-4 text-sm font-medium text-accent-ink hover:bg-accent-hover"
                >
                  Connect Broker
                </Link>
              )
            }
          >
            The address of your alert holds the key of one account. Connect a broker, and it is made here.
          </Empty>
        </Panel>
      ) : (
        <div className="grid items-start gap-5 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <div className="flex flex-col gap-5">
            <Panel title="The signal">
              <div className="flex flex-col gap-4">
                <AccountSelect all={false} value={account.id} onChange={(id) => void navigate({ search: { account: id }, replace: true })} />
                <OptionsForm form={form} hedges={hedges(account.broker)} />
              </div>
            </Panel>
          </div>
          <div className="flex min-w-0 flex-col gap-5">
            <TemplatePanel key={account.id} account={account} options={{ ...firstOptions, ...settled }} />
            <ToolsPanel />
            <Steps />
          </div>
        </div>
      )}
    </>
  );
}
