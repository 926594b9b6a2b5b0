import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Unplug } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts',
  staticData: { nav: { group: 'Workspace', place: 1, label: 'Accounts', key: 'c', thumb: 'Accounts', icon: Unplug } },
  validateSearch: (search: Record<string, unknown>): { connect?: true | undefined } => ({ connect: search['connect'] === true || undefined }),
  component: lazyRouteComponent(() => import('./screen'), 'AccountsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    accounts: typeof route;
  }
}
