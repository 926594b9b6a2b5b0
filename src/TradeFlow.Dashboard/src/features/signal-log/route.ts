import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/log',
  staticData: { nav: { group: 'Signals', place: 2, label: 'Webhook log', key: 'l', thumb: 'Log', icon: FileClock } },
  validateSearch: (search: Record<string, unknown>): { account?: string; status?: string; hours?: number; id?: string } => ({
    account: text(search['account']),
    status: search['status'] === undefined ? undefined : String(search['status']),
    hours: typeof search['hours'] === 'number' ? search['hours'] : undefined,
    id: text(search['id']),
  }),
  component: lazyRouteComponent(() => import('./screen'), 'SignalLogScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    log: typeof route;
  }
}
