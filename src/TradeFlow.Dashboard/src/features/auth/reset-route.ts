import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root, text } from '@/app/signed-in';

/** The page of a mailed link: for whoever has it, signed in or not. */
export const route = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  validateSearch: (search: Record<string, unknown>) => ({ token: text(search['token']) ?? '' }),
  component: lazyRouteComponent(() => import('./reset-screen'), 'ResetScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    reset: typeof route;
  }
}
