import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/positions',
  staticData: { nav: { group: 'Trade', place: 2, label: 'Positions', thumb: 'Positions', icon: ArrowLeftRight } },
  component: lazyRouteComponent(() => import('./screen'), 'PositionsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    positions: typeof route;
  }
}
