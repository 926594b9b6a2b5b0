import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { useActivate, type Strategy } from './queries';
import { draftOf, SizeFields, sizingOf } from './size-fields';

/** Which account follows the strategy, and in what size. */
export function ActivateDialog({ strategy, open, onOpenChange }: { strategy: Strategy; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Activate ${strategy.name}`}
      description="From its next signal on it trades on this account. Your risk rules and your plan decide on every entry; exits always pass."
    >
      <ActivateForm strategy={strategy} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function ActivateForm({ strategy, onDone }: { strategy: Strategy; onDone: () => void }) {
  const { canManage } = useUser();
  const { connectedBrokers, brokerName } = useBrokers();
  const free = connectedBrokers.filter((account) => !strategy.activations.some((one) => one.account_id === account.id));
  // Of several none is taken for granted: one may trade live money.
  const [account, setAccount] = useState(free.length === 1 ? (free[0]?.id ?? '') : '');
  const [draft, setDraft] = useState(() => draftOf());
  const activate = useActivate(strategy.id);
  const problem = problemOf(activate.error);
  const isAtField = problem !== null && ['account_id', 'multiplier', 'size'].some((field) => problem.fields[field] !== undefined);
  const chosen = free.find((one) => one.id === account);
  if (free.length === 0)
    return (
      <>
        <Notice kind="info" title={connectedBrokers.length === 0 ? 'No account is connected yet' : 'All your accounts follow it already'}>
          {connectedBrokers.length === 0 && !canManage ? (
            'An owner chooses which accounts you see.'
          ) : connectedBrokers.length === 0 ? (
            <Link to="/accounts" search={{ connect: true }} className="font-medium text-accent underline underline-offset-4">
              Connect a broker first
            </Link>
          ) : (
            'Change the size of one in the list.'
          )}
        </Notice>
        <DialogActions>
          <Button onClick={onDone}>Close</Button>
        </DialogActions>
      </>
    );
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        activate.mutate(
          { account_id: account, ...sizingOf(draft) },
          {
            onSuccess: () => {
              onDone();
              toasts.success('Strategy activated', `${chosen?.name ?? 'The account'} follows ${strategy.name} from its next signal on.`);
            },
          },
        );
      }}
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <SelectField label="Account" required errors={problem?.fields['account_id']} value={account} onChange={(e) => setAccount(e.target.value)}>
        {free.length > 1 && <option value="">Choose an account</option>}
        {free.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name} · {brokerName(one.broker)} · {one.mode}
          </option>
        ))}
      </SelectField>
      <SizeFields draft={draft} onChange={setDraft} fields={problem?.fields} />
      {chosen?.mode === 'live' && <Notice kind="warning" title="This account trades live money." />}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={activate.isPending}>
          Activate
        </Button>
      </DialogActions>
    </form>
  );
}
