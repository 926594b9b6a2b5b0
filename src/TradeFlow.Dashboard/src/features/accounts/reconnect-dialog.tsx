import type { Account, BrokerPlugin } from '@/api/types';
import { Dialog } from '@/ui/dialog';
import { readFields } from '@/ui/schema-form/schema';
import { toasts } from '@/ui/toast';
import { ConnectForm } from './connect-form';
import { useReconnect } from './queries';

/** Whether there is anything to type: a broker without secrets has nothing that could have changed. */
export const hasLogIn = (broker: BrokerPlugin): boolean => readFields(broker.credentials).some((field) => field.kind === 'password');

/** A new log-in for an account that is connected: its key and its history stay. */
export function ReconnectDialog({
  account,
  broker,
  open,
  onOpenChange,
}: {
  account: Account;
  broker: BrokerPlugin;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const reconnect = useReconnect(account.id);
  const known = Object.fromEntries(
    readFields(broker.credentials).flatMap((field) => {
      const value = field.kind === 'email' ? account.email : field.name === 'server' ? account.server : field.name === 'mode' ? account.mode : null;
      return value == null ? [] : [[field.name, value] as const];
    }),
  );
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Reconnect ${account.name}`}
      description="A new log-in for the same account. Its API key and your alerts stay as they are."
    >
      <ConnectForm
        broker={broker}
        known={known}
        action="Reconnect"
        back="Cancel"
        onBack={() => onOpenChange(false)}
        onSubmit={async (body) => {
          await reconnect.mutateAsync({ body });
          onOpenChange(false);
          toasts.success(`${account.name} is connected again`);
        }}
      />
    </Dialog>
  );
}
