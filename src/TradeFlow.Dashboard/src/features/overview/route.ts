import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { LayoutDashboard } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  staticData: { nav: { group: 'Trade', place: 1, label: 'Overview', key: 'h', thumb: 'Overview', icon: LayoutDashboard } },
  component: lazyRouteComponent(() => import('./screen'), 'OverviewScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    overview: typeof route;
  }
}
