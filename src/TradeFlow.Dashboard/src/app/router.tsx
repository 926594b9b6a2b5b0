import { QueryClient } from '@tanstack/react-query';
import { createRouter, type AnyRoute, type AnyRouter } from '@tanstack/react-router';
import type { OpenPages, Screens } from './screens';
import { root, signedIn } from './signed-in';

const files = import.meta.glob<{ route: AnyRoute }>('../features/*/{route,*-route}.ts', { eager: true });

const isScreen = ([, route]: [string, AnyRoute]): boolean => route.options.getParentRoute?.() === signedIn;

export function createAppRouter() {
  const found = Object.entries(files).map(([file, { route }]): [string, AnyRoute] => [file, route]);
  // Each route file names itself in these types; which files there are, the type checker cannot see.
  const screens = Object.fromEntries(found.filter(isScreen)) as unknown as Named<Screens>;
  const open = Object.fromEntries(found.filter((entry) => !isScreen(entry))) as unknown as Named<OpenPages>;
  return createRouter({
    routeTree: root.addChildren({ ...open, signedIn: signedIn.addChildren(screens) }),
    // Each workspace gives its own.
    context: { queries: new QueryClient() },
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    // What was waited for is shown at once, also where the grey bars have just come.
    defaultPendingMinMs: 0,
  });
}

/** Fetches the code of the page at this address while the session is being asked for: neither needs the other. */
export function fetchScreen(router: AnyRouter): void {
  for (const { routeId } of router.matchRoutes(router.latestLocation)) void router.routesById[routeId]?.options.component?.preload?.();
}

type Named<T> = { [K in keyof T]: T[K] };

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
