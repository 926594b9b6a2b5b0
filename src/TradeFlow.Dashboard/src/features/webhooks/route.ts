import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Webhook } from 'lucide-react';
import { signedIn, text } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  staticData: { nav: { group: 'Signals', place: 1, label: 'Webhooks', key: 'w', icon: Webhook } },
  validateSearch: (search: Record<string, unknown>): { account?: string } => ({ account: text(search['account']) }),
  component: lazyRouteComponent(() => import('./screen'), 'WebhooksScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    webhooks: typeof route;
  }
}
