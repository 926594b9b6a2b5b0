import { AlertDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import type { ApiProblem } from '@/api/problem';
import { Button } from './button';
import { Notice } from './notice';

/** Asks before something that cannot be taken back. `children` says with real numbers what will happen. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  onConfirm,
  busy,
  problem,
  cancel = 'Cancel',
  disabled = false,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  busy: boolean;
  problem: ApiProblem | null;
  cancel?: string;
  disabled?: boolean;
}) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-shade" />
        <AlertDialog.Content className="fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] animate-enter overflow-y-auto rounded-t-2xl border border-line bg-raised p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] shadow-float sm:inset-x-auto sm:top-[18dvh] sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:max-w-md sm:-translate-x-1/2 sm:rounded-2xl sm:p-6">
          <AlertDialog.Title className="text-lg leading-snug font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 flex flex-col gap-3 text-sm text-muted">{children}</div>
          </AlertDialog.Description>
          {problem !== null && <Notice className="mt-4" kind="error" problem={problem} />}
          <div className="mt-6 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
            <AlertDialog.Cancel asChild>
              <Button disabled={busy}>{cancel}</Button>
            </AlertDialog.Cancel>
            <Button look="danger" busy={busy} disabled={disabled} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
