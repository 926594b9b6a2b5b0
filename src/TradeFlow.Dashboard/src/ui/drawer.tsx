import { Dialog as Radix } from 'radix-ui';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

/** Detail beside a list: the list stays visible on a wide screen. */
export function Drawer({
  open,
  onOpenChange,
  title,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  children: ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-shade" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-xl animate-drawer flex-col border-l border-line bg-raised shadow-float"
        >
          <header className="flex items-center gap-4 border-b border-line px-5 py-4 sm:px-6">
            <Radix.Title className="min-w-0 grow text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close aria-label="Close" className="-mr-2 grid size-9 place-items-center rounded-lg text-faint hover:bg-sunken hover:text-ink">
              <X aria-hidden className="size-4.5" />
            </Radix.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto px-5 py-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] sm:px-6">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
