import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { PasswordField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { toasts } from '@/ui/toast';
import { useChangePassword } from './queries';

export function Password() {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Password"
      description="A new password ends all your other sessions, and your tokens unless you keep them."
      actions={
        <Button size="sm" onClick={() => setOpen(true)}>
          Change password
        </Button>
      }
      flush
    >
      <span className="block pb-1" />
      {open && <ChangePassword onDone={() => setOpen(false)} />}
    </Panel>
  );
}

function ChangePassword({ onDone }: { onDone: () => void }) {
  const { user } = useUser();
  const change = useChangePassword();
  const [keepTokens, setKeepTokens] = useState(false);
  const { field, submit, problem, busy } = useFields({ defaultValues: { current: '', password: '' } });
  const send = submit(async (passwords) => {
    await change.mutateAsync({ ...passwords, keep_tokens: keepTokens });
    toasts.success('Password changed', keepTokens ? 'Your other sessions have ended.' : 'Your other sessions and your tokens have ended.');
    onDone();
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Change password">
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void send(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        {/* For password managers: whose password this is. */}
        <input type="text" hidden readOnly autoComplete="username" value={user.email} />
        <PasswordField label="Current password" autoComplete="current-password" required {...field('current')} />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          required
          minLength={12}
          help="At least 12 characters. A sentence is fine."
          {...field('password')}
        />
        <label className="flex cursor-pointer items-start gap-3 text-sm">
          <input type="checkbox" className="mt-0.5 size-4 accent-accent" checked={keepTokens} onChange={() => setKeepTokens(!keepTokens)} />
          <span>Keep my personal access tokens. Leave it off if somebody may know the old password.</span>
        </label>
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy}>
            Change password
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
