import { problemOf } from '@/api/problem';
import { Confirm } from '@/ui/confirm';
import { toasts } from '@/ui/toast';
import { useDeleteStrategy, type Strategy } from './queries';
import { accountsText } from './words';

export function DeleteStrategy({ strategy, open, onOpenChange }: { strategy: Strategy; open: boolean; onOpenChange: (open: boolean) => void }) {
  const remove = useDeleteStrategy(strategy.id);
  const holding = strategy.activations.filter((activation) => activation.holds).length;
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${strategy.name}?`}
      action="Delete strategy"
      busy={remove.isPending}
      problem={problemOf(remove.error)}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            onOpenChange(false);
            toasts.success('Strategy deleted', `${strategy.name}: its webhook URL has ended, its history is kept.`);
          },
        })
      }
    >
      <p>
        Its webhook URL ends: alerts that use it are refused, exits too. {accountsText(strategy.activations.length)} {strategy.activations.length === 1 ? 'follows' : 'follow'} it.
      </p>
      {holding > 0 && <p className="font-medium text-down">{accountsText(holding)} {holding === 1 ? 'is' : 'are'} in a position of it, which stays open: close it by hand.</p>}
    </Confirm>
  );
}
