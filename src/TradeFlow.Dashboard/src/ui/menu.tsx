import { DropdownMenu } from 'radix-ui';
import { Ellipsis, type LucideIcon } from 'lucide-react';
import { cx } from './cx';

export interface MenuItem {
  label: string;
  icon: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
}

export function Menu({ label, items }: { label: string; items: readonly MenuItem[] }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={label}
        className="grid size-9 shrink-0 place-items-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
      >
        <Ellipsis aria-hidden className="size-4.5" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-40 min-w-52 animate-enter rounded-xl border border-line bg-raised p-1 shadow-float"
        >
          {items.map(({ label: text, icon: Icon, onSelect, danger }) => (
            <DropdownMenu.Item
              key={text}
              onSelect={onSelect}
              className={cx(
                'flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-sm outline-none select-none data-[highlighted]:bg-sunken',
                danger === true ? 'text-down' : 'text-ink',
              )}
            >
              <Icon aria-hidden className="size-4" />
              {text}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
