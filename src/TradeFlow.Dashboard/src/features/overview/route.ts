import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { LayoutDashboard } from 'lucide-react';
import { lastSignalsQuery } from '@/api/queries/signals';
import { todayQuery } from '@/api/queries/today';
import { askEarly, signedIn } from '@/app/signed-in';
import { displayed } from '@/app/theme-context';
import { zoneName } from '@/ui/time';
import { monthOfEquityQuery, overviewQuery } from './queries';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  staticData: { nav: { group: 'Trade', place: 1, label: 'Overview', key: 'h', thumb: 'Overview', icon: LayoutDashboard } },
  loader: ({ context: { queries } }) => {
    void askEarly(queries, overviewQuery());
    void askEarly(queries, todayQuery());
    void askEarly(queries, lastSignalsQuery());
    void askEarly(queries, monthOfEquityQuery(zoneName(displayed().zone)));
  },
  component: lazyRouteComponent(() => import('./screen'), 'OverviewScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    overview: typeof route;
  }
}
