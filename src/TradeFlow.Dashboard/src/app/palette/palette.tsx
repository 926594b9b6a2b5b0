import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { Keys } from '@/ui/keys';
import { useCommands } from './commands';

/** Everything of the page by its name: type, choose, return. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [search, setSearch] = useState('');
  const groups = useCommands(search, onKeys);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-shade" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-3 z-50 mx-auto max-w-xl animate-enter overflow-hidden rounded-2xl border border-line bg-raised shadow-float sm:top-[12dvh]"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Command label="Search and commands" loop>
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-4.5 shrink-0 text-faint" />
              <Command.Input
                autoFocus
                value={search}
                onValueChange={setSearch}
                placeholder="A screen, an action, a position, an account"
                className="h-13 min-w-0 grow bg-transparent outline-none placeholder:text-faint"
              />
            </div>
            <Command.List className="max-h-[min(26rem,70dvh)] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-10 text-center text-sm text-muted">Nothing goes by that name.</Command.Empty>
              {groups.map(({ label, commands }) => (
                <Command.Group
                  key={label}
                  heading={label}
                  className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint"
                >
                  {commands.map(({ id, label: name, words, icon: Icon, hint, keys, run }) => (
                    <Command.Item
                      key={id}
                      value={id}
                      keywords={[name, ...words]}
                      onSelect={() => {
                        onClose();
                        run();
                      }}
                      className="flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 py-1.5 text-sm select-none data-[selected=true]:bg-accent-soft"
                    >
                      <Icon aria-hidden className="size-4.5 shrink-0 text-muted" strokeWidth={1.75} />
                      <span className="min-w-0 grow truncate">{name}</span>
                      {hint !== undefined && <span className="shrink-0 text-[0.8125rem] text-muted">{hint}</span>}
                      {keys !== undefined && <Keys keys={keys} />}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
