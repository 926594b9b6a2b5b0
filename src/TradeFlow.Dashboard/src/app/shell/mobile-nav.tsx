import { Link } from '@tanstack/react-router';
import { Menu, Search } from 'lucide-react';
import { useState } from 'react';
import { Drawer } from '@/ui/drawer';
import { usePalette } from '../palette/palette-context';
import { NavList } from './nav-list';
import { useNavigation } from './navigation';
import { PlanLine } from './plan-line';
import { UserMenu } from './user-menu';

const slot = 'flex h-15 flex-col items-center justify-center gap-1 text-[0.6875rem] font-medium text-muted aria-[current=page]:text-accent';

export function MobileNav() {
  const [open, setOpen] = useState(false);
  const items = useNavigation();
  const palette = usePalette();
  return (
    <>
      <nav
        aria-label="Quick"
        className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
      >
        <ul className="grid grid-cols-5">
          {items.filter((item) => item.thumb !== undefined).map(({ to, thumb, icon: Icon }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={slot}>
                <Icon aria-hidden className="size-5" strokeWidth={1.75} />
                {thumb}
              </Link>
            </li>
          ))}
          <li>
            <button type="button" className={`${slot} w-full`} onClick={() => setOpen(true)} aria-haspopup="dialog" aria-expanded={open}>
              <Menu aria-hidden className="size-5" strokeWidth={1.75} />
              More
            </button>
          </li>
        </ul>
      </nav>
      <Drawer open={open} onOpenChange={setOpen} title="Menu">
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => {
            setOpen(false);
            palette.open();
          }}
          className="mb-5 flex h-11 w-full items-center gap-3 rounded-lg border border-line bg-surface px-3 text-sm text-muted"
        >
          <Search aria-hidden className="size-4.5" strokeWidth={1.75} />
          Search and commands
        </button>
        <NavList onNavigate={() => setOpen(false)} />
        <div className="mt-8 border-t border-line pt-5">
          <PlanLine onNavigate={() => setOpen(false)} />
          <UserMenu />
        </div>
      </Drawer>
    </>
  );
}
