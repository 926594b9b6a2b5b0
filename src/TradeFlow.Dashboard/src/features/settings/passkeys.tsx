import { useQuery } from '@tanstack/react-query';
import { Fingerprint, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { canUsePasskeys } from '@/api/passkeys';
import { problemOf } from '@/api/problem';
import type { Passkey } from '@/api/types';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { AddPasskey } from './add-passkey';
import { passkeysQuery, useRemovePasskey } from './queries';

export function Passkeys() {
  const passkeys = useQuery(passkeysQuery());
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  return (
    <Panel
      flush
      title="Passkeys"
      description="Log in by finger, face or PIN, in the place of your password and code. A copied site gets nothing from it."
      actions={
        canUsePasskeys() ? (
          <Button size="sm" onClick={() => setAdding(true)}>
            <Plus aria-hidden className="size-3.5" />
            Add passkey
          </Button>
        ) : undefined
      }
    >
      {passkeys.isPending ? (
        <SkeletonRows label="Loading passkeys" rows={1} />
      ) : passkeys.isError ? (
        <LoadError what="Passkeys" error={passkeys.error} onRetry={() => void passkeys.refetch()} />
      ) : passkeys.data.length === 0 ? (
        <Empty icon={Fingerprint} title="No passkeys">
          {canUsePasskeys() ? 'Add one on each device that you trade from.' : 'This browser does not make passkeys.'}
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {passkeys.data.map((passkey) => (
            <li key={passkey.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="truncate font-medium">{passkey.name}</span>
                  {passkey.is_synced && <Badge>Synced</Badge>}
                </p>
                <p className="mt-0.5 text-[0.8125rem] text-muted">
                  {passkey.last_used_at ? (
                    <>
                      Last used <When at={passkey.last_used_at} form="ago" />
                    </>
                  ) : (
                    'Never used'
                  )}
                  , added <When at={passkey.created_at} form="ago" />
                </p>
              </div>
              <Button look="ghost" size="icon" aria-label={`Remove passkey ${passkey.name}`} onClick={() => setRemoving(passkey)}>
                <Trash2 aria-hidden className="size-4" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {adding && <AddPasskey onDone={() => setAdding(false)} />}
      {removing !== null && <RemovePasskey passkey={removing} onDone={() => setRemoving(null)} />}
    </Panel>
  );
}

function RemovePasskey({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const remove = useRemovePasskey();
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Remove ${passkey.name}?`}
      action="Remove passkey"
      busy={remove.isPending}
      problem={problemOf(remove.error)}
      onConfirm={() => remove.mutate(passkey.id, { onSuccess: onDone })}
    >
      <p>It opens nothing any more, and other sessions that were opened with it end. Your password stays.</p>
    </Confirm>
  );
}
