import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Settings } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  staticData: { nav: { group: 'Workspace', place: 3, label: 'Settings', key: 's', icon: Settings } },
  component: lazyRouteComponent(() => import('./screen'), 'SettingsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    settings: typeof route;
  }
}
