import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ChartSpline } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';
import type { AnalyticsSearch } from './search';
import { isGrouping } from './search';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/analytics',
  staticData: { nav: { group: 'Trade', place: 4, label: 'Analytics', key: 'a', icon: ChartSpline } },
  validateSearch: (search: Record<string, unknown>): AnalyticsSearch => ({
    from: text(search['from']),
    to: text(search['to']),
    account: text(search['account']),
    broker: text(search['broker']),
    symbol: text(search['symbol']),
    strategy: text(search['strategy']),
    currency: text(search['currency']),
    by: isGrouping(search['by']) ? search['by'] : undefined,
  }),
  component: lazyRouteComponent(() => import('./screen'), 'AnalyticsScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    analytics: typeof route;
  }
}
