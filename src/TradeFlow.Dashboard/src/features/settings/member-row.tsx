import { Eye, ListChecks, TrendingUp, Trash2, UserCog } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Member } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Confirm } from '@/ui/confirm';
import { Menu } from '@/ui/menu';
import { toasts } from '@/ui/toast';
import { MemberAccounts } from './member-accounts';
import { useChangeMember, useRemoveMember } from './queries';
import { roles } from './roles';
import { SeenAccounts } from './seen-accounts';

const icons = { viewer: Eye, trader: TrendingUp, owner: UserCog };

export function MemberRow({ member, editable }: { member: Member; editable: boolean }) {
  const { user } = useUser();
  const change = useChangeMember(member.user_id);
  const remove = useRemoveMember(member.user_id);
  const [removing, setRemoving] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const seesAll = member.role === 'owner';
  return (
    <li className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 grow">
        <p className="truncate font-medium">
          {member.name}
          {member.user_id === user.id && <span className="font-normal text-faint"> (you)</span>}
        </p>
        <p className="truncate text-[0.8125rem] text-muted">{member.email}</p>
        {!seesAll && (
          <p className="text-[0.8125rem] break-words text-muted">
            <SeenAccounts seen={member.accounts} />
          </p>
        )}
      </div>
      <Badge tone={member.role === 'owner' ? 'accent' : 'neutral'}>{member.role}</Badge>
      {editable && (
        <Menu
          label={`More for ${member.name}`}
          items={[
            ...roles
              .filter(([name]) => name !== member.role)
              .map(([name, label]) => ({
                label: `Make ${label.toLowerCase()}`,
                icon: icons[name],
                onSelect: () => change.mutate({ role: name }, { onSuccess: () => toasts.success(`${member.name} is now ${name}`), onError: toasts.problem }),
              })),
            ...(seesAll ? [] : [{ label: 'Choose accounts', icon: ListChecks, onSelect: () => setChoosing(true) }]),
            { label: 'Remove', icon: Trash2, onSelect: () => setRemoving(true), danger: true },
          ]}
        />
      )}
      {choosing && <MemberAccounts member={member} onDone={() => setChoosing(false)} />}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${member.name}?`}
        action="Remove"
        busy={remove.isPending}
        problem={problemOf(remove.error)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setRemoving(false) })}
      >
        <p>
          {member.email} loses access to {user.tenant.name} at once, with every token made for it.
        </p>
      </Confirm>
    </li>
  );
}
