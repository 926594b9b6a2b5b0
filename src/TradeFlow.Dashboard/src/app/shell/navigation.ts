import { useRouter, type RegisteredRouter } from '@tanstack/react-router';
import { useUser } from '../user-context';
import { navGroups, type NavEntry } from '../screens';

export type NavItem = NavEntry & { to: keyof RegisteredRouter['routesByPath'] };

/** What the screens say of themselves: a screen joins the navigation by its own route. */
export function useNavigation(): NavItem[] {
  const router = useRouter();
  const isAdmin = useUser().user.role === 'admin';
  return Object.values(router.routesByPath)
    .flatMap(({ fullPath, options }) => (options.staticData?.nav === undefined ? [] : [{ to: fullPath, ...options.staticData.nav }]))
    .filter((item) => isAdmin || item.adminsOnly !== true)
    .toSorted((a, b) => navGroups.indexOf(a.group) - navGroups.indexOf(b.group) || a.place - b.place);
}
