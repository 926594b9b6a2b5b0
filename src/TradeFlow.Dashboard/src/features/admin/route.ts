import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ServerCog } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';
import { isTab, type Tab } from './tabs';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin',
  validateSearch: (search: Record<string, unknown>): { tab?: Tab | undefined; query?: string | undefined; tenant?: string | undefined } => ({
    tab: isTab(search.tab) ? search.tab : undefined,
    query: text(search.query),
    tenant: text(search.tenant),
  }),
  staticData: { nav: { group: 'Workspace', place: 9, label: 'Admin', key: 'm', icon: ServerCog, adminsOnly: true } },
  component: lazyRouteComponent(() => import('./screen'), 'AdminScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    admin: typeof route;
  }
}
