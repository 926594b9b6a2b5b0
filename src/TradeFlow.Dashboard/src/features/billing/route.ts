import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { CreditCard } from 'lucide-react';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/billing',
  staticData: { nav: { group: 'Workspace', place: 2, label: 'Billing', key: 'b', icon: CreditCard } },
  // Stripe sends the browser back here; the word says how, and grants nothing.
  validateSearch: (search: Record<string, unknown>): { checkout?: 'done' | 'canceled' | undefined } => ({
    checkout: search['checkout'] === 'done' || search['checkout'] === 'canceled' ? search['checkout'] : undefined,
  }),
  component: lazyRouteComponent(() => import('./screen'), 'BillingScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    billing: typeof route;
  }
}
