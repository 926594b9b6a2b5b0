import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { CopyLine } from '@/ui/copy-line';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { AccountsChoice, type Seen } from './accounts-choice';
import { useInvite } from './queries';
import { roles } from './roles';

export function Invite({ onDone }: { onDone: () => void }) {
  const invite = useInvite();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const [seen, setSeen] = useState<Seen>(null);
  const problem = problemOf(invite.error);

  if (invite.data !== undefined)
    return (
      <Dialog open onOpenChange={(open) => !open && onDone()} title="Invitation sent" description={`A mail is on its way to ${email}.`}>
        <p className="text-sm text-muted">
          It ends <When at={invite.data.expires_at} />. If the mail does not arrive, hand over this code:
        </p>
        <div className="mt-3">
          <CopyLine what="the invitation code" text={invite.data.token} />
        </div>
        <DialogActions>
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Invite someone">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ email: email.trim(), role, accounts: role === 'owner' || seen === null ? null : [...seen] });
        }}
      >
        {problem !== null && problem.fields['email'] === undefined && problem.fields['accounts'] === undefined && <Notice kind="error" problem={problem} />}
        <TextField label="E-mail" type="email" required errors={problem?.fields['email']} value={email} onChange={(e) => setEmail(e.target.value)} />
        <SelectField label="Role" value={role} onChange={(e) => setRole(e.target.value)}>
          {roles.map(([name, label, text]) => (
            <option key={name} value={name}>
              {label}: {text}
            </option>
          ))}
        </SelectField>
        {role !== 'owner' && <AccountsChoice seen={seen} onChange={setSeen} errors={problem?.fields['accounts']} />}
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={invite.isPending}>
            Send invitation
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
