import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Account, SigningState } from '@/api/types';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';
import { LoadError, SkeletonRows } from '@/ui/states';
import { SwitchLine } from '@/ui/switch-line';
import { signingQuery, useMakeSigningSecret, useRemoveSigningSecret } from './queries';

interface SigningProps {
  account: Account;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Whether the account takes signed messages only, and the secret that they are signed with. */
export function Signing({ account, open, onOpenChange }: SigningProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Signed messages"
      description={`For programs of your own or of a partner that send to ${account.name}. They sign each message by standard-webhooks.`}
    >
      <Body account={account} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Body({ account, onDone }: { account: Account; onDone: () => void }) {
  const state = useQuery(signingQuery(account.id));
  const make = useMakeSigningSecret(account.id);
  if (make.data !== undefined)
    return (
      <>
        <div className="flex flex-col gap-4">
          <Notice kind="warning" title="Copy the secret now. It is never shown again." />
          <Secret masked={maskKey(make.data.secret)} secret={make.data.secret} what="the signing secret" />
          {make.data.old_until !== null && (
            <p className="text-sm text-muted">
              The secret before is taken until <When at={make.data.old_until} />.
            </p>
          )}
        </div>
        <DialogActions>
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        </DialogActions>
      </>
    );
  if (state.isPending) return <SkeletonRows label="Loading the signing secret" rows={2} />;
  if (state.isError) return <LoadError what="The signing secret" error={state.error} onRetry={() => void state.refetch()} />;
  return <Choices account={account} state={state.data} make={make} onDone={onDone} />;
}

interface ChoicesProps {
  account: Account;
  state: SigningState;
  make: ReturnType<typeof useMakeSigningSecret>;
  onDone: () => void;
}

function Choices({ account, state: { since, old_until }, make, onDone }: ChoicesProps) {
  const remove = useRemoveSigningSecret(account.id);
  const [atOnce, setAtOnce] = useState(false);
  const problem = problemOf(make.error) ?? problemOf(remove.error);
  return (
    <div className="flex flex-col gap-4 text-sm">
      {problem !== null && <Notice kind="error" problem={problem} />}
      {since === null ? (
        <>
          <p className="text-muted">Messages need no signature now: the key in the URL is enough.</p>
          <Notice kind="warning" title="TradingView cannot sign.">
            With a secret this account refuses its alerts and everything else that is not signed, exits too. Give signed senders an account of their own.
          </Notice>
        </>
      ) : (
        <>
          <p>
            Only signed messages are taken. The secret was made <When at={since} form="ago" />
            {old_until !== null && (
              <>
                , and the one before is taken until <When at={old_until} />
              </>
            )}
            .
          </p>
          <SwitchLine
            label="End the present secret at once"
            text="When somebody else may have it. Off, it is taken for 24 hours beside a new one."
            on={atOnce}
            onChange={setAtOnce}
          />
        </>
      )}
      <DialogActions>
        {since === null ? (
          <Button onClick={onDone}>Cancel</Button>
        ) : (
          <Button look="danger-quiet" busy={remove.isPending} disabled={make.isPending} onClick={() => remove.mutate(undefined)}>
            Stop signing
          </Button>
        )}
        <Button look="primary" busy={make.isPending} disabled={remove.isPending} onClick={() => make.mutate({ keep_old: !atOnce })}>
          {since === null ? 'Make secret' : 'Make new secret'}
        </Button>
      </DialogActions>
    </div>
  );
}
