import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { When } from '@/app/when';
import { Badge, type Tone } from '@/ui/badge';
import { SelectField } from '@/ui/field';
import { MoreButton } from '@/ui/more-button';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { accountsQuery, type BrokerAccount } from './queries';
import { TenantFilter } from './tenant-filter';

const route = getRouteApi('/signed-in/admin');
const states: readonly (readonly [string, string, Tone])[] = [
  ['active', 'Active', 'up'],
  ['pending', 'Pending', 'neutral'],
  ['offline', 'Offline', 'warn'],
  ['error', 'Error', 'down'],
  ['needs_reconnect', 'Needs reconnect', 'warn'],
];

export function Accounts() {
  const { tenant } = route.useSearch();
  const [status, setStatus] = useState('');
  const accounts = useInfiniteQuery(accountsQuery({ tenant_id: tenant, status: status || undefined }));
  const items = accounts.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <TenantFilter />
      <SelectField className="mb-4 max-w-52" label="State" value={status} onChange={(event) => setStatus(event.target.value)}>
        <option value="">Any state</option>
        {states.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <Panel flush>
        {accounts.isPending ? (
          <SkeletonRows label="Loading accounts" />
        ) : accounts.isError && items.length === 0 ? (
          <LoadError what="Accounts" error={accounts.error} onRetry={() => void accounts.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={PlugZap} title="No account matches">
            Nobody has connected one in this state.
          </Empty>
        ) : (
          <>
            <ul className="divide-y divide-line">
              {items.map((account) => (
                <Row key={account.id} account={account} />
              ))}
            </ul>
            <MoreButton has={accounts.hasNextPage} busy={accounts.isFetchingNextPage} onMore={() => void accounts.fetchNextPage()} />
          </>
        )}
      </Panel>
    </>
  );
}

function Row({ account }: { account: BrokerAccount }) {
  const [, label, tone] = states.find(([value]) => value === account.status) ?? ['', account.status, 'neutral'];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 grow basis-56">
        <p className="truncate font-medium">
          {account.name} <span className="font-normal text-muted">{account.broker}</span>
        </p>
        <p className="truncate text-[0.8125rem] text-muted">
          {account.tenant} · {account.mode}
          {account.server != null && ` · ${account.server}`}
        </p>
        {account.status_reason != null && <p className="text-[0.8125rem] text-warn">{account.status_reason}</p>}
      </div>
      <Badge tone={tone} dot>
        {label}
      </Badge>
      {!account.enabled && <Badge tone="warn">switched off</Badge>}
      <span className="tabular-nums">{account.equity == null ? <span className="text-faint">no equity yet</span> : <Money amount={account.equity} currency={account.currency} />}</span>
      <span className="text-muted">{account.open_positions} open</span>
      <span className="text-[0.8125rem] text-muted">
        synced <When at={account.last_sync} form="ago" />
      </span>
    </li>
  );
}
