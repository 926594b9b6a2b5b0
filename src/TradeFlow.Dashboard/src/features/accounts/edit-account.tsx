import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { useUpdateAccount } from './queries';

const longest = 300;

interface EditAccountProps {
  account: Account;
  what: 'name' | 'dedupe';
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function EditAccount({ account, what, open, onOpenChange }: EditAccountProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={what === 'name' ? 'Rename account' : 'Repeated signals'}
      description={
        what === 'name'
          ? 'The name is for you; the broker does not see it.'
          : 'TradingView sends an alert again when it got no good answer. The same message within this time is treated as the same signal and trades once.'
      }
    >
      <EditForm account={account} what={what} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function EditForm({ account, what, onDone }: { account: Account; what: 'name' | 'dedupe'; onDone: () => void }) {
  const update = useUpdateAccount(account.id);
  const [value, setValue] = useState(what === 'name' ? account.name : String(account.dedupe_seconds ?? 20));
  const problem = problemOf(update.error);
  const field = what === 'name' ? 'name' : 'dedupe_seconds';
  const fieldErrors = problem?.fields[field];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(what === 'name' ? { name: value.trim() } : { dedupe_seconds: Number(value) }, { onSuccess: onDone });
      }}
    >
      {problem !== null && fieldErrors === undefined && <Notice className="mb-4" kind="error" problem={problem} />}
      {what === 'name' ? (
        <TextField label="Name" required maxLength={80} errors={fieldErrors} value={value} onChange={(e) => setValue(e.target.value)} />
      ) : (
        <TextField
          label="Seconds"
          type="number"
          required
          min={0}
          max={longest}
          step={1}
          errors={fieldErrors}
          help={`0 to ${longest}. 0 turns it off: every message trades, repeated or not.`}
          value={value}
          onChange={(e) => setValue(e.target.value)}
        />
      )}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
