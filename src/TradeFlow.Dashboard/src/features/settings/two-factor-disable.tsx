import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { toasts } from '@/ui/toast';
import { useDisableTwoFactor } from './queries';

export function DisableTwoFactor({ onDone }: { onDone: () => void }) {
  const disable = useDisableTwoFactor();
  const [code, setCode] = useState('');
  const problem = problemOf(disable.error);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Turn off two-factor log-in?"
      description="Then your password alone opens an account that can trade."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          disable.mutate(code.replaceAll(/\s/g, ''), {
            onSuccess: () => {
              toasts.success('Two-factor log-in is off');
              onDone();
            },
          });
        }}
      >
        <TextField
          label="Code from your authenticator, or a recovery code"
          autoComplete="one-time-code"
          required
          errors={problem === null ? undefined : (problem.fields['totp'] ?? [problem.message])}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onDone}>Keep it on</Button>
          <Button look="danger" type="submit" busy={disable.isPending}>
            Turn off
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
