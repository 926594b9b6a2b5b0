import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { toasts } from '@/ui/toast';
import { Email } from './email';
import { useChangeName } from './queries';

export function Profile() {
  const { user } = useUser();
  const change = useChangeName();
  const [name, setName] = useState(user.name);
  const problem = problemOf(change.error);
  const facts = [
    ['Workspace', user.tenant.name],
    ['Role here', user.tenant.role],
    ['Plan', user.plan],
  ] as const;
  return (
    <Panel title="Profile">
      <form
        className="mb-5 flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(name.trim(), { onSuccess: () => toasts.success('Name saved') });
        }}
      >
        <TextField
          label="Name"
          autoComplete="name"
          required
          maxLength={100}
          className="max-w-80 grow"
          errors={problem === null ? undefined : (problem.fields['name'] ?? [problem.message])}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" className="mt-[1.6rem]" busy={change.isPending} disabled={name.trim() === '' || name.trim() === user.name}>
          Save
        </Button>
      </form>
      <Email />
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
        {facts.map(([label, value]) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-faint">{label}</dt>
            <dd className="mt-0.5 truncate">{value}</dd>
          </div>
        ))}
        <div>
          <dt className="text-xs text-faint">Member since</dt>
          <dd className="mt-0.5">
            <When at={user.created_at} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
