import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '@/app/signed-in';
import { next, onlySignedOut } from './signed-out';

export const route = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: next,
  beforeLoad: onlySignedOut,
  component: lazyRouteComponent(() => import('./log-in-screen'), 'LogInScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    logIn: typeof route;
  }
}
