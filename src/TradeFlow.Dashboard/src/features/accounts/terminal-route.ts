import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedIn } from '@/app/signed-in';

export const route = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts/$id/terminal',
  component: lazyRouteComponent(() => import('./terminal-screen'), 'TerminalScreen'),
});

declare module '@/app/screens' {
  interface Screens {
    terminal: typeof route;
  }
}
