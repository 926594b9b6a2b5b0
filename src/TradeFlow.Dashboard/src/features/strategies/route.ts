import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/strategies',
  staticData: { nav: { group: 'Signals', place: 3, label: 'Strategies', key: 't', icon: Radio } },
  component: lazyRouteComponent(() => import('./screen'), 'StrategiesScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    strategies: typeof route;
  }
}
