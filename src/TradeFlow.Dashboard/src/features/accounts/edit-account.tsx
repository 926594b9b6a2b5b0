import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Account, AccountPatch } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { useUpdateAccount } from './queries';

export type AccountEdit = 'name' | 'dedupe' | 'age' | 'multiplier';

interface Edit {
  title: string;
  description: string;
  label: string;
  field: string;
  input: { type?: 'number'; min?: number; max?: number; step?: number; maxLength?: number };
  help?: string;
  optional?: boolean;
  read: (account: Account) => string;
  write: (text: string) => AccountPatch;
}

const edits: Record<AccountEdit, Edit> = {
  name: {
    title: 'Rename account',
    description: 'The name is for you; the broker does not see it.',
    label: 'Name',
    field: 'name',
    input: { maxLength: 80 },
    read: (account) => account.name,
    write: (text) => ({ name: text.trim() }),
  },
  dedupe: {
    title: 'Repeated signals',
    description:
      'TradingView sends an alert again when it got no good answer. The same message within this time is treated as the same signal and trades once. What was not answered at all is told apart for a minute in any case.',
    label: 'Seconds',
    field: 'dedupe_seconds',
    input: { type: 'number', min: 0, max: 300, step: 1 },
    help: '0 to 300. 0 turns it off: every message that was answered trades again when it comes again.',
    read: (account) => String(account.dedupe_seconds ?? 20),
    write: (text) => ({ dedupe_seconds: Number(text) }),
  },
  age: {
    title: 'Oldest alert',
    description:
      'An entry whose alert fired longer ago than this is refused. The message must carry "time":"{{timenow}}", as the template does. An exit is never dropped for its age.',
    label: 'Seconds',
    field: 'max_age_seconds',
    input: { type: 'number', min: 1, max: 86_400, step: 1 },
    help: 'Up to 86,400. Empty: an alert of any age trades.',
    optional: true,
    read: (account) => (account.max_age_seconds == null ? '' : String(account.max_age_seconds)),
    write: (text) => ({ max_age_seconds: text.trim() === '' ? null : Number(text) }),
  },
  multiplier: {
    title: 'Multiplier',
    description: 'Every size that a signal asks for is multiplied by this on this account, and rounded down to what the broker takes.',
    label: 'Multiplier',
    field: 'multiplier',
    input: { type: 'number', min: 0.0001, max: 100, step: 0.0001 },
    help: 'Above 0 and up to 100. 0.5 trades half of what signals ask for.',
    read: (account) => String(account.multiplier),
    write: (text) => ({ multiplier: Number(text) }),
  },
};

interface EditAccountProps {
  account: Account;
  what: AccountEdit;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function EditAccount({ account, what, open, onOpenChange }: EditAccountProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={edits[what].title} description={edits[what].description}>
      <EditForm account={account} edit={edits[what]} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function EditForm({ account, edit, onDone }: { account: Account; edit: Edit; onDone: () => void }) {
  const update = useUpdateAccount(account.id);
  const [value, setValue] = useState(() => edit.read(account));
  const problem = problemOf(update.error);
  const fieldErrors = problem?.fields[edit.field];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(edit.write(value), { onSuccess: onDone });
      }}
    >
      {problem !== null && fieldErrors === undefined && <Notice className="mb-4" kind="error" problem={problem} />}
      <TextField label={edit.label} required={edit.optional !== true} help={edit.help} errors={fieldErrors} value={value} onChange={(e) => setValue(e.target.value)} {...edit.input} />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
