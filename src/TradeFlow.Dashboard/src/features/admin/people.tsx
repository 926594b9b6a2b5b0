import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Ban, ShieldCheck, UserRound, Users } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Confirm } from '@/ui/confirm';
import { Menu } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { most, useChangeUser, usersQuery, type User } from './queries';
import { SearchLine } from './search-line';

const route = getRouteApi('/signed-in/admin');

export function People() {
  const { query = '' } = route.useSearch();
  const users = useQuery(usersQuery(query));
  return (
    <>
      <SearchLine label="Find a person by address, name or id" />
      <Panel flush>
        {users.isPending ? (
          <SkeletonRows label="Loading people" />
        ) : users.isError ? (
          <LoadError what="People" error={users.error} onRetry={() => void users.refetch()} />
        ) : users.data.length === 0 ? (
          <Empty icon={Users} title="Nobody matches">
            Try a shorter part of the address.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {users.data.map((person) => (
              <Row key={person.id} person={person} />
            ))}
          </ul>
        )}
      </Panel>
      {users.data?.length === most && <p className="mt-3 text-sm text-muted">The newest {most} are shown. Narrow the search to see others.</p>}
    </>
  );
}

function Row({ person }: { person: User }) {
  const { user } = useUser();
  const change = useChangeUser(person.id);
  const [asked, setAsked] = useState<'disable' | 'promote' | null>(null);
  const apply = (body: { role?: string; disabled?: boolean }, done: string): void =>
    change.mutate(body, {
      onSuccess: () => {
        setAsked(null);
        toasts.success(done);
      },
      onError: asked === null ? toasts.problem : undefined,
    });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 grow basis-56">
        <p className="truncate font-medium">
          {person.name}
          {person.id === user.id && <span className="font-normal text-faint"> (you)</span>}
        </p>
        <p className="truncate text-[0.8125rem] text-muted">{person.email}</p>
        <p className="truncate text-[0.8125rem] text-faint">{person.tenants.map((tenant) => `${tenant.name} (${tenant.role})`).join(', ') || 'in no tenant'}</p>
      </div>
      {person.role === 'admin' && <Badge tone="accent">administrator</Badge>}
      {!person.verified && <Badge tone="warn">address not confirmed</Badge>}
      {person.two_factor ? <Badge tone="up">two-factor</Badge> : <Badge>password only</Badge>}
      {person.disabled && <Badge tone="down">disabled</Badge>}
      <span className="text-[0.8125rem] text-muted">
        seen <When at={person.last_seen_at} form="ago" />
      </span>
      {person.id !== user.id && (
        <Menu
          label={`More for ${person.name}`}
          items={[
            person.role === 'admin'
              ? { label: 'Take the role away', icon: UserRound, onSelect: () => apply({ role: 'user' }, `${person.name} is no administrator any more`) }
              : { label: 'Make administrator', icon: ShieldCheck, onSelect: () => setAsked('promote') },
            person.disabled
              ? { label: 'Let in again', icon: UserRound, onSelect: () => apply({ disabled: false }, `${person.name} may log in again`) }
              : { label: 'Disable', icon: Ban, onSelect: () => setAsked('disable'), danger: true },
          ]}
        />
      )}
      <Confirm
        open={asked === 'disable'}
        onOpenChange={() => setAsked(null)}
        title={`Disable ${person.name}?`}
        action="Disable"
        busy={change.isPending}
        problem={problemOf(change.error)}
        onConfirm={() => apply({ disabled: true }, `${person.name} is disabled`)}
      >
        <p>
          {person.email} is logged out everywhere at once and every personal token ends. Alerts of{' '}
          {person.tenants.length === 1 ? 'their tenant' : `their ${person.tenants.length} tenants`} go on trading.
        </p>
      </Confirm>
      <Confirm
        open={asked === 'promote'}
        onOpenChange={() => setAsked(null)}
        title={`Make ${person.name} an administrator?`}
        action="Make administrator"
        busy={change.isPending}
        problem={problemOf(change.error)}
        onConfirm={() => apply({ role: 'admin' }, `${person.name} is an administrator`)}
      >
        <p>{person.email} will see every tenant and may disable anybody. The pages open once they log in with a second factor.</p>
      </Confirm>
    </li>
  );
}
