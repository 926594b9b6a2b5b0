import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { Invitations } from './invitations';
import { Invite } from './invite';
import { MemberRow } from './member-row';
import { membersQuery } from './queries';

export function Members() {
  const { user, isOwner } = useUser();
  const members = useQuery(membersQuery());
  const [inviting, setInviting] = useState(false);
  return (
    <Panel
      flush
      title="Members"
      description={`Who can see and trade in ${user.tenant.name}.`}
      actions={
        isOwner && (
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
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {members.data.map((member) => (
            <MemberRow key={member.user_id} member={member} editable={isOwner && member.user_id !== user.id} />
          ))}
        </ul>
      )}
      {isOwner && <Invitations />}
      {inviting && <Invite onDone={() => setInviting(false)} />}
    </Panel>
  );
}
