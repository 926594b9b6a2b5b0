import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';

/** Asks before a key is replaced, and shows the new one. `children` say what stops working. */
export function RenewKey({
  what,
  title,
  name,
  renew,
  open,
  onOpenChange,
  children,
}: {
  what: string;
  title: string;
  name: string;
  renew: UseMutationResult<{ key: string; warning: string }, Error, unknown>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}) {
  const fresh = renew.data;
  const done = (isOpen: boolean): void => {
    onOpenChange(isOpen);
    if (!isOpen) renew.reset();
  };

  if (fresh !== undefined)
    return (
      <Dialog open={open} onOpenChange={done} title={`New ${what}`} description={`For ${name}. The old key no longer works.`}>
        <Secret masked={maskKey(fresh.key)} secret={fresh.key} what={`the new ${what}`} />
        <Notice className="mt-4" kind="warning" title={fresh.warning} />
        <DialogActions>
          <Button look="primary" onClick={() => done(false)}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Confirm
      open={open}
      onOpenChange={done}
      title={title}
      action="Regenerate"
      busy={renew.isPending}
      problem={problemOf(renew.error)}
      onConfirm={() => renew.mutate(undefined)}
    >
      {children}
    </Confirm>
  );
}
