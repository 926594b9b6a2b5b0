import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { PasswordField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { useToasts } from '@/ui/toast';
import { useChangePassword } from './queries';

export function Password() {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Password"
      description="A new password ends all your other sessions."
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
  const toasts = useToasts();
  const change = useChangePassword();
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const problem = problemOf(change.error);
  const fields = problem?.fields ?? {};
  const inFields = fields['current_password'] !== undefined || fields['new_password'] !== undefined;
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Change password">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(
            { current_password: current, new_password: fresh },
            {
              onSuccess: () => {
                toasts.success('Password changed', 'Your other sessions have ended.');
                onDone();
              },
            },
          );
        }}
      >
        {problem !== null && !inFields && <Notice kind="error" problem={problem} />}
        {/* For password managers: whose password this is. */}
        <input type="text" hidden readOnly autoComplete="username" value={user.email} />
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          required
          errors={fields['current_password']}
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          required
          minLength={12}
          help="At least 12 characters. A sentence is fine."
          errors={fields['new_password']}
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={change.isPending}>
            Change password
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
