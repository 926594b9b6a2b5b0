import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Blocks } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps',
  staticData: { nav: { group: 'Workspace', place: 4, label: 'Apps', key: 'd', icon: Blocks } },
  component: lazyRouteComponent(() => import('./screen'), 'AppsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    apps: typeof route;
  }
}
