import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ListOrdered } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/orders',
  staticData: { nav: { group: 'Trade', place: 3, label: 'Orders', key: 'o', icon: ListOrdered } },
  validateSearch: (search: Record<string, unknown>): { account?: string; status?: string; symbol?: string } => ({
    account: text(search['account']),
    status: text(search['status']),
    symbol: text(search['symbol']),
  }),
  component: lazyRouteComponent(() => import('./screen'), 'OrdersScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    orders: typeof route;
  }
}
