import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '@/app/signed-in';
import { next, onlySignedOut } from './signed-out';

export const route = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  validateSearch: next,
  beforeLoad: onlySignedOut,
  component: lazyRouteComponent(() => import('./forgot-screen'), 'ForgotScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    forgot: typeof route;
  }
}
