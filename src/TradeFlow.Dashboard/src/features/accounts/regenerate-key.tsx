import { problemOf } from '@/api/problem';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';
import { useRegenerateKey } from './queries';

export function RegenerateKey({ account, open, onOpenChange }: { account: Account; open: boolean; onOpenChange: (open: boolean) => void }) {
  const regenerate = useRegenerateKey(account.id);
  const fresh = regenerate.data;
  const done = (isOpen: boolean): void => {
    onOpenChange(isOpen);
    if (!isOpen) regenerate.reset();
  };

  if (fresh !== undefined)
    return (
      <Dialog open={open} onOpenChange={done} title="New API key" description={`For ${account.name}. The old key no longer works.`}>
        <Secret masked={maskKey(fresh.api_key)} secret={fresh.api_key} what="the new API key" />
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
      title="Regenerate API Key"
      action="Regenerate"
      busy={regenerate.isPending}
      problem={problemOf(regenerate.error)}
      onConfirm={() => regenerate.mutate(undefined)}
    >
      <p>
        The key <code className="font-mono text-ink">{account.api_key}</code> of <strong className="text-ink">{account.name}</strong> stops working at once.
        Every alert that uses it is refused until you change it.
      </p>
      <p className="font-medium text-ink">Update TradingView webhooks with new API key</p>
    </Confirm>
  );
}
