import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '@/app/signed-in';
import { next, onlySignedOut } from './signed-out';

export const route = createRoute({
  getParentRoute: () => root,
  path: '/signup',
  validateSearch: next,
  beforeLoad: onlySignedOut,
  component: lazyRouteComponent(() => import('./sign-up-screen'), 'SignUpScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    signUp: typeof route;
  }
}
