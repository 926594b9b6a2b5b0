import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Building2 } from 'lucide-react';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { most, tenantsQuery, type Tenant } from './queries';
import { SearchLine } from './search-line';

const route = getRouteApi('/signed-in/admin');

export function Tenants() {
  const { query = '' } = route.useSearch();
  const tenants = useQuery(tenantsQuery(query));
  return (
    <>
      <SearchLine label="Find a tenant by name, slug, id or a member's address" />
      <Panel flush>
        {tenants.isPending ? (
          <SkeletonRows label="Loading tenants" />
        ) : tenants.isError ? (
          <LoadError what="Tenants" error={tenants.error} onRetry={() => void tenants.refetch()} />
        ) : tenants.data.length === 0 ? (
          <Empty icon={Building2} title="No tenant matches">
            Try a shorter part of the name or the address.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {tenants.data.map((tenant) => (
              <Row key={tenant.id} tenant={tenant} />
            ))}
          </ul>
        )}
      </Panel>
      {tenants.data?.length === most && <p className="mt-3 text-sm text-muted">The newest {most} are shown. Narrow the search to see others.</p>}
    </>
  );
}

const Row = ({ tenant }: { tenant: Tenant }) => (
  <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm sm:px-5">
    <div className="min-w-0 grow basis-56">
      <p className="truncate font-medium">{tenant.name}</p>
      <p className="truncate text-[0.8125rem] text-muted">{tenant.slug}</p>
    </div>
    <Badge tone={tenant.status === 'active' || tenant.status === 'trialing' ? 'accent' : 'warn'}>
      {tenant.plan ?? 'no plan'}
      {tenant.status !== tenant.plan && tenant.status != null ? `, ${tenant.status.replaceAll('_', ' ')}` : ''}
    </Badge>
    <span className="text-muted">
      {tenant.users} {tenant.users === 1 ? 'person' : 'people'}
    </span>
    <Link to="/admin" search={{ tab: 'accounts', tenant: tenant.id }} className="font-medium text-accent underline-offset-4 hover:underline">
      {tenant.accounts} {tenant.accounts === 1 ? 'account' : 'accounts'}
    </Link>
    <Link to="/admin" search={{ tab: 'signals', tenant: tenant.id }} className="font-medium text-accent underline-offset-4 hover:underline">
      Signals
    </Link>
    <span className="text-[0.8125rem] text-muted">
      last <When at={tenant.last_signal_at} form="ago" />
    </span>
  </li>
);
