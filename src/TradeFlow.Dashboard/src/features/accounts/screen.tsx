import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Unplug } from 'lucide-react';
import { accountsQuery } from '@/api/queries/accounts';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { AccountCard } from './account-card';
import { ConnectDialog } from './connect-dialog';

const route = getRouteApi('/signed-in/accounts');

export function AccountsScreen() {
  const { connect } = route.useSearch();
  const navigate = route.useNavigate();
  const { user, canManage } = useUser();
  const accounts = useQuery(accountsQuery());
  const setConnect = (open: boolean): void => void navigate({ search: open ? { connect: true } : {}, replace: true });
  const button = (
    <Button look="primary" onClick={() => setConnect(true)}>
      <Plus aria-hidden className="size-4" />
      Connect Broker
    </Button>
  );

  return (
    <>
      <PageHeader title="Accounts" actions={canManage && (accounts.data?.length ?? 0) > 0 ? button : undefined}>
        Each account has a key of its own. A signal with that key trades on that account and no other.
      </PageHeader>
      {accounts.isPending ? (
        <Panel flush>
          <SkeletonRows label="Loading accounts" rows={3} />
        </Panel>
      ) : accounts.isError ? (
        <Panel flush>
          <LoadError what="Accounts" error={accounts.error} onRetry={() => void accounts.refetch()} />
        </Panel>
      ) : accounts.data.length === 0 ? (
        <Panel flush>
          <Empty icon={Unplug} title={user.tenant.accounts === null ? 'No broker connected yet' : 'No account for you yet'} action={canManage ? button : undefined}>
            {user.tenant.accounts === null
              ? 'Connect a broker account to get the key that your alerts will use. A paper account needs no log-in and is a good first try.'
              : `An owner of ${user.tenant.name} chooses which accounts you see.`}
          </Empty>
        </Panel>
      ) : (
        <ul className="flex flex-col gap-4">
          {accounts.data.map((account) => (
            <li key={account.id}>
              <AccountCard account={account} />
            </li>
          ))}
        </ul>
      )}
      {canManage && <ConnectDialog open={connect === true} onOpenChange={setConnect} />}
    </>
  );
}
