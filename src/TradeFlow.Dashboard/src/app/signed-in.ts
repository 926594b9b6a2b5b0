import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { session } from '@/api/session';
import { NotFound, RouteError } from './route-fallbacks';
import { Shell } from './shell/shell';
import { Boot } from './user-context';

export const isSignedIn = async (): Promise<boolean> => {
  if (session.state === 'unknown') await session.refresh();
  return session.state === 'signed-in';
};

/** A word of the address; an empty one is none. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The parent of pages that anyone may see. */
export const root = createRootRoute({ notFoundComponent: NotFound });

/** The parent of screens: they are for whoever is signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  pendingComponent: Boot,
  // Opens the question of the emergency stop on any screen; a link alone stops nothing.
  validateSearch: (search: Record<string, unknown>): { stop?: true | undefined } => ({ stop: search['stop'] === true || undefined }),
  errorComponent: RouteError,
  beforeLoad: async ({ location }) => {
    if (!(await isSignedIn())) throw redirect({ to: '/login', search: { next: location.href === '/' ? undefined : location.href }, replace: true });
  },
});
