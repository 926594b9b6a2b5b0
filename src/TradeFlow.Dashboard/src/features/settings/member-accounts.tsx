import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Member } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { AccountsChoice, type Seen } from './accounts-choice';
import { useChangeMember } from './queries';

/** Which accounts a member sees and trades. It counts at once, in what they have open too. */
export function MemberAccounts({ member, onDone }: { member: Member; onDone: () => void }) {
  const change = useChangeMember(member.user_id);
  const [seen, setSeen] = useState<Seen>(member.accounts);
  const problem = problemOf(change.error);
  const verb = member.role === 'viewer' ? 'sees' : 'sees and trades';
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={`Accounts of ${member.name}`} description={`What ${member.email} ${verb} here.`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { role: member.role, accounts: seen === null ? null : [...seen] },
            {
              onSuccess: () => {
                toasts.success(`The accounts of ${member.name} are changed`);
                onDone();
              },
            },
          );
        }}
      >
        {problem !== null && problem.fields['accounts'] === undefined && <Notice kind="error" problem={problem} />}
        <AccountsChoice seen={seen} onChange={setSeen} errors={problem?.fields['accounts']} />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={change.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
