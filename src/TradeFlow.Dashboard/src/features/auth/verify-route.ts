import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root, text } from '@/app/signed-in';

/** The page of a mailed link: for whoever has it, signed in or not. */
export const route = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  validateSearch: (search: Record<string, unknown>) => ({ token: text(search['token']) ?? '' }),
  component: lazyRouteComponent(() => import('./verify-screen'), 'VerifyScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    verify: typeof route;
  }
}
