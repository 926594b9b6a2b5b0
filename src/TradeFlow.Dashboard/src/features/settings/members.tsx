import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { Invite } from './invite';
import { membersQuery } from './queries';

export function Members() {
  const { user } = useUser();
  const members = useQuery(membersQuery());
  const [inviting, setInviting] = useState(false);
  const mine = members.data?.find((member) => member.user_id === user.id)?.role;
  return (
    <Panel
      flush
      title="Members"
      description={`Who can see and trade in ${user.tenant.name}.`}
      actions={
        mine === 'owner' && (
          <Button size="sm" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-3.5" />
            Invite
          </Button>
        )
      }
    >
      {members.isPending ? (
        <SkeletonRows label="Loading members" rows={2} />
      ) : members.isError ? (
        <LoadError what="Members" error={members.error} onRetry={() => void members.refetch()} />
      ) : members.data.length === 0 ? (
        <Empty icon={Users} title="Only you" />
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {members.data.map((member) => (
            <li key={member.user_id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <div className="min-w-0 grow">
                <p className="truncate font-medium">
                  {member.name}
                  {member.user_id === user.id && <span className="font-normal text-faint"> (you)</span>}
                </p>
                <p className="truncate text-[0.8125rem] text-muted">{member.email}</p>
              </div>
              <Badge tone={member.role === 'owner' ? 'accent' : 'neutral'}>{member.role}</Badge>
            </li>
          ))}
        </ul>
      )}
      {inviting && <Invite onDone={() => setInviting(false)} />}
    </Panel>
  );
}
