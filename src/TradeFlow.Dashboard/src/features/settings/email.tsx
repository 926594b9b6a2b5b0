import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { useChangeEmail, useResendVerification } from './queries';

/** The address, whether it is confirmed, and the way to another one. */
export function Email() {
  const { user } = useUser();
  const [changing, setChanging] = useState(false);
  const resend = useResendVerification();
  const problem = problemOf(resend.error);
  return (
    <div className="mb-5 flex flex-col gap-3 rounded-lg border border-line bg-sunken px-3 py-3 text-sm sm:px-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 grow basis-52">
          <p className="text-xs text-faint">E-mail</p>
          <p className="mt-0.5 flex flex-wrap items-center gap-2">
            <span className="truncate">{user.email}</span>
            {user.verified ? <Badge tone="up">Confirmed</Badge> : <Badge tone="warn">Not confirmed</Badge>}
          </p>
        </div>
        {!user.verified && (
          <Button
            size="sm"
            busy={resend.isPending}
            onClick={() => resend.mutate(undefined, { onSuccess: () => toasts.success('Mail sent', `Open the link that was mailed to ${user.email}.`) })}
          >
            Send the link again
          </Button>
        )}
        <Button size="sm" onClick={() => setChanging(true)}>
          Change address
        </Button>
      </div>
      {!user.verified && <p className="text-[0.8125rem] text-muted">Live accounts can be connected once it is confirmed. Demo accounts need no mail.</p>}
      {problem !== null && <Notice kind="error" problem={problem} />}
      {changing && <ChangeEmail onDone={() => setChanging(false)} />}
    </div>
  );
}

function ChangeEmail({ onDone }: { onDone: () => void }) {
  const { user } = useUser();
  const change = useChangeEmail();
  const { field, submit, problem, busy } = useFields({ defaultValues: { email: '' } });
  const send = submit(async ({ email }) => {
    await change.mutateAsync(email.trim());
    toasts.success('Mail sent', `${email.trim()} counts once the link in it is opened.`);
    onDone();
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Change address" description={`Until the new one is confirmed, ${user.email} counts. It is told of the change.`}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void send(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        <TextField label="New e-mail address" type="email" autoComplete="email" required {...field('email')} />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Send the link
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
