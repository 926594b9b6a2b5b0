import { createRouter, type AnyRoute } from '@tanstack/react-router';
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
    defaultPreload: 'intent',
    defaultPendingMs: 150,
  });
}

type Named<T> = { [K in keyof T]: T[K] };

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
