import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { isSignedIn, root, text } from '@/app/signed-in';

/** Where a program's request for access leads to. It has no menu around it: there is one question here. */
export const route = createRoute({
  getParentRoute: () => root,
  path: '/consent',
  validateSearch: (search: Record<string, unknown>) => ({ request: text(search['request']) ?? '' }),
  beforeLoad: async ({ location }) => {
    if (!(await isSignedIn())) throw redirect({ to: '/login', search: { next: location.href }, replace: true });
  },
  component: lazyRouteComponent(() => import('./screen'), 'ConsentScreen'),
});

declare module '@/app/screens' {
  interface OpenPages {
    consent: typeof route;
  }
}
