import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { CalendarDays } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/calendar',
  staticData: { nav: { group: 'Risk', place: 2, label: 'Calendar', key: 'k', icon: CalendarDays } },
  component: lazyRouteComponent(() => import('./screen'), 'CalendarScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    calendar: typeof route;
  }
}
