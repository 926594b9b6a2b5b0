import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Panel } from '@/ui/panel';

export function Profile() {
  const { user } = useUser();
  const facts = [
    ['Name', user.name],
    ['E-mail', user.email],
    ['Workspace', user.tenant.name],
    ['Role', user.role],
    ['Plan', user.plan],
  ] as const;
  return (
    <Panel title="Profile">
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-faint">{name}</dt>
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
