import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/risk',
  staticData: { nav: { group: 'Risk', place: 1, label: 'Risk', key: 'r', icon: ShieldCheck } },
  component: lazyRouteComponent(() => import('./screen'), 'RiskScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    risk: typeof route;
  }
}
