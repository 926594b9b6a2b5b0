import { useQuery } from '@tanstack/react-query';
import { problemOf } from '@/api/problem';
import { positionsQuery } from '@/api/queries/positions';
import type { Account } from '@/api/types';
import { Confirm } from '@/ui/confirm';
import { toasts } from '@/ui/toast';
import { useDeleteAccount } from './queries';

export function DeleteAccount({ account, open, onOpenChange }: { account: Account; open: boolean; onOpenChange: (open: boolean) => void }) {
  const remove = useDeleteAccount(account.id);
  const positions = useQuery(positionsQuery());
  const openHere = positions.data?.filter((position) => position.account_id === account.id).length ?? 0;
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove ${account.name}?`}
      action="Remove account"
      busy={remove.isPending}
      problem={problemOf(remove.error)}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            onOpenChange(false);
            toasts.success('Account removed', `${account.name}: its key has ended, its history is kept.`);
          },
        })
      }
    >
      <p>Its API key ends and alerts that use it are refused. Orders and the webhook log are kept.</p>
      {openHere > 0 && (
        <p className="font-medium text-down">
          {openHere} open {openHere === 1 ? 'position stays' : 'positions stay'} at the broker, and can no longer be closed from here.
        </p>
      )}
    </Confirm>
  );
}
