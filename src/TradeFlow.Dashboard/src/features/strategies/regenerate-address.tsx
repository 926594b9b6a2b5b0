import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Notice } from '@/ui/notice';
import { Address } from './address-dialog';
import { useRegenerateKey, type Strategy } from './queries';
import { accountsText } from './words';

/** Asks, then shows the new address. */
export function RegenerateAddress({ strategy, open, onOpenChange }: { strategy: Strategy; open: boolean; onOpenChange: (open: boolean) => void }) {
  const regenerate = useRegenerateKey(strategy.id);
  const following = strategy.activations.filter((activation) => activation.enabled).length;
  const done = (): void => {
    onOpenChange(false);
    regenerate.reset();
  };
  if (regenerate.data !== undefined)
    return (
      <Dialog wide open={open} onOpenChange={(next) => !next && done()} title="New webhook URL">
        <Notice className="mb-4" kind="warning" title={regenerate.data.warning} />
        <Address url={regenerate.data.webhook_url} name={strategy.name} />
        <DialogActions>
          <Button look="primary" onClick={done}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`New webhook URL for ${strategy.name}?`}
      action="Make a new URL"
      busy={regenerate.isPending}
      problem={problemOf(regenerate.error)}
      onConfirm={() => regenerate.mutate(undefined)}
    >
      <p>The old URL stops working at once: alerts that use it are refused until you have pasted the new one, exits too.</p>
      <p>{following === 0 ? 'No account of yours follows it now.' : `${accountsText(following)} of yours ${following === 1 ? 'follows' : 'follow'} it.`}</p>
    </Confirm>
  );
}
