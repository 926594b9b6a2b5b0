import { LogOut } from 'lucide-react';
import { Button } from '@/ui/button';
import { useUser } from '../user-context';

export function UserMenu() {
  const { user, logOut } = useUser();
  return (
    <div className="flex items-center gap-3">
      <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
        {(user.name || user.email).slice(0, 1).toUpperCase()}
      </span>
      <div className="min-w-0 grow text-[0.8125rem] leading-tight">
        <p className="truncate font-medium">{user.name || user.email}</p>
        <p className="mt-0.5 truncate text-faint">{user.tenant.name}</p>
      </div>
      <Button look="ghost" size="icon" aria-label="Log out" title="Log out" onClick={() => void logOut()}>
        <LogOut aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
