import { Link } from '@tanstack/react-router';
import { navGroups } from '../screens';
import { useNavigation } from './navigation';

export function NavList({ onNavigate }: { onNavigate?: () => void }) {
  const items = useNavigation();
  // A group appears with its first screen.
  const groups = navGroups.map((label) => ({ label, items: items.filter((item) => item.group === label) })).filter((group) => group.items.length > 0);
  return (
    <nav aria-label="Main" className="flex flex-col gap-6">
      {groups.map((group) => (
        <div key={group.label}>
          <p className="px-3 pb-1.5 text-xs font-medium text-faint">{group.label}</p>
          <ul className="flex flex-col gap-0.5">
            {group.items.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
                  className="flex h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-ink lg:h-9"
                >
                  <Icon aria-hidden className="size-4.5 shrink-0" strokeWidth={1.75} />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
