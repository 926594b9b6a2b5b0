import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { toasts } from '@/ui/toast';
import { useAcceptInvitation, useSwitchTenant } from './queries';

export function Workspaces() {
  const { user } = useUser();
  const join = useSwitchTenant();
  return (
    <Panel flush title="Workspaces" description="Where you are a member. Each has its own accounts, keys and limits.">
      <ul className="divide-y divide-line border-y border-line">
        {user.tenants.map((tenant) => (
          <li key={tenant.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
            <span className="min-w-0 grow truncate font-medium">{tenant.name}</span>
            <Badge>{tenant.role}</Badge>
            {tenant.id === user.tenant.id ? (
              <Badge tone="accent">here</Badge>
            ) : (
              <Button
                size="sm"
                busy={join.isPending && join.variables === tenant.id}
                aria-label={`Go to ${tenant.name}`}
                onClick={() => join.mutate(tenant.id, { onError: toasts.problem })}
              >
                Go there
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Accept />
    </Panel>
  );
}

function Accept() {
  const accept = useAcceptInvitation();
  const [token, setToken] = useState('');
  const problem = problemOf(accept.error);
  return (
    <form
      className="flex items-start gap-2 p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault();
        accept.mutate(token.trim());
      }}
    >
      <TextField
        label="Invitation code"
        help="From the mail that invited you."
        required
        autoComplete="off"
        spellCheck={false}
        className="max-w-96 grow"
        errors={problem === null ? undefined : (problem.fields['token'] ?? [problem.message])}
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <Button type="submit" className="mt-[1.6rem]" busy={accept.isPending} disabled={token.trim() === ''}>
        Join
      </Button>
    </form>
  );
}
