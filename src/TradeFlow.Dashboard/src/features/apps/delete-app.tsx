import { problemOf } from '@/api/problem';
import type { OwnApp } from '@/api/types';
import { Confirm } from '@/ui/confirm';
import { toasts } from '@/ui/toast';
import { useDeleteApp } from './queries';

export function DeleteApp({ app, onDone }: { app: OwnApp; onDone: () => void }) {
  const remove = useDeleteApp();
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Delete ${app.name}?`}
      action="Delete app"
      busy={remove.isPending}
      problem={problemOf(remove.error)}
      onConfirm={() =>
        remove.mutate(app.client_id, {
          onSuccess: () => {
            toasts.success('App deleted', 'Its access has ended.');
            onDone();
          },
        })
      }
    >
      <p>Everything that anybody has let it do ends within seconds, in all workspaces. Its id never comes back.</p>
    </Confirm>
  );
}
