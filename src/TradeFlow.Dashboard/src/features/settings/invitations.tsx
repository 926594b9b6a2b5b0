import { useQuery } from '@tanstack/react-query';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { toasts } from '@/ui/toast';
import { invitationsQuery, useWithdrawInvitation } from './queries';
import { SeenAccounts } from './seen-accounts';

/** Invitations that wait for an answer; nothing is shown where there are none. */
export function Invitations() {
  const invitations = useQuery(invitationsQuery());
  const withdraw = useWithdrawInvitation();
  if (invitations.data === undefined || invitations.data.length === 0) return null;
  return (
    <ul aria-label="Open invitations" className="divide-y divide-line border-t border-line">
      {invitations.data.map((invitation) => (
        <li key={invitation.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
          <div className="min-w-0 grow">
            <p className="truncate font-medium">{invitation.email}</p>
            <p className="text-[0.8125rem] text-muted">
              Invited, until <When at={invitation.expires_at} />
              {invitation.accounts !== null && (
                <>
                  {' · '}
                  <SeenAccounts seen={invitation.accounts} />
                </>
              )}
            </p>
          </div>
          <Badge>{invitation.role}</Badge>
          <Button
            size="sm"
            busy={withdraw.isPending && withdraw.variables === invitation.id}
            aria-label={`Withdraw the invitation of ${invitation.email}`}
            onClick={() => withdraw.mutate(invitation.id, { onError: toasts.problem })}
          >
            Withdraw
          </Button>
        </li>
      ))}
    </ul>
  );
}
