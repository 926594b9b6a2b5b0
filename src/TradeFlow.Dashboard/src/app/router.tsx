import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { SessionStore } from '@/api/session';
import { Boot } from './user-context';
import { NotFound, RouteError } from './route-fallbacks';
import { Shell } from './shell/shell';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A path of this site to go to after the log-in; anything else is ignored, so that a link cannot send people elsewhere. */
const next = (search: Record<string, unknown>): { next: string | undefined } => {
  const path = text(search['next']);
  // Always named: a value that is left out would be taken from the address as it is.
  return { next: path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined };
};

export function createAppRouter(session: SessionStore) {
  const isSignedIn = async (): Promise<boolean> => {
    if (session.state === 'unknown') await session.refresh();
    return session.state === 'signed-in';
  };
  const onlyOut = async ({ search }: { search: { next?: string | undefined } }): Promise<void> => {
    if (await isSignedIn().catch(() => false)) throw redirect({ to: search.next ?? '/', replace: true });
  };

  const root = createRootRoute({ notFoundComponent: NotFound });
  const logIn = createRoute({
    getParentRoute: () => root,
    path: '/login',
    validateSearch: next,
    beforeLoad: onlyOut,
    component: lazyRouteComponent(() => import('@/features/auth/log-in-screen'), 'LogInScreen'),
  });
  const signUp = createRoute({
    getParentRoute: () => root,
    path: '/signup',
    validateSearch: next,
    beforeLoad: onlyOut,
    component: lazyRouteComponent(() => import('@/features/auth/sign-up-screen'), 'SignUpScreen'),
  });
  const signedIn = createRoute({
    getParentRoute: () => root,
    id: 'signed-in',
    component: Shell,
    pendingComponent: Boot,
    errorComponent: RouteError,
    beforeLoad: async ({ location }) => {
      if (!(await isSignedIn())) throw redirect({ to: '/login', search: { next: location.href === '/' ? undefined : location.href }, replace: true });
    },
  });
  const overview = createRoute({
    getParentRoute: () => signedIn,
    path: '/',
    component: lazyRouteComponent(() => import('@/features/overview/screen'), 'OverviewScreen'),
  });
  const accounts = createRoute({
    getParentRoute: () => signedIn,
    path: '/accounts',
    validateSearch: (search: Record<string, unknown>): { connect?: true | undefined } => ({ connect: search['connect'] === true || undefined }),
    component: lazyRouteComponent(() => import('@/features/accounts/screen'), 'AccountsScreen'),
  });
  const terminal = createRoute({
    getParentRoute: () => signedIn,
    path: '/accounts/$id/terminal',
    component: lazyRouteComponent(() => import('@/features/accounts/terminal-screen'), 'TerminalScreen'),
  });
  const webhooks = createRoute({
    getParentRoute: () => signedIn,
    path: '/webhooks',
    validateSearch: (search: Record<string, unknown>): { account?: string } => ({ account: text(search['account']) }),
    component: lazyRouteComponent(() => import('@/features/webhooks/screen'), 'WebhooksScreen'),
  });
  const positions = createRoute({
    getParentRoute: () => signedIn,
    path: '/positions',
    component: lazyRouteComponent(() => import('@/features/positions/screen'), 'PositionsScreen'),
  });
  const orders = createRoute({
    getParentRoute: () => signedIn,
    path: '/orders',
    validateSearch: (search: Record<string, unknown>): { account?: string; status?: string; symbol?: string } => ({
      account: text(search['account']),
      status: text(search['status']),
      symbol: text(search['symbol']),
    }),
    component: lazyRouteComponent(() => import('@/features/orders/screen'), 'OrdersScreen'),
  });
  const log = createRoute({
    getParentRoute: () => signedIn,
    path: '/log',
    validateSearch: (search: Record<string, unknown>): { account?: string; status?: string; hours?: number; id?: string } => ({
      account: text(search['account']),
      status: search['status'] === undefined ? undefined : String(search['status']),
      hours: typeof search['hours'] === 'number' ? search['hours'] : undefined,
      id: text(search['id']),
    }),
    component: lazyRouteComponent(() => import('@/features/signal-log/screen'), 'SignalLogScreen'),
  });
  const billing = createRoute({
    getParentRoute: () => signedIn,
    path: '/billing',
    // Stripe sends the browser back here; the word says how, and grants nothing.
    validateSearch: (search: Record<string, unknown>): { checkout?: 'done' | 'canceled' | undefined } => ({
      checkout: search['checkout'] === 'done' || search['checkout'] === 'canceled' ? search['checkout'] : undefined,
    }),
    component: lazyRouteComponent(() => import('@/features/billing/screen'), 'BillingScreen'),
  });
  const risk = createRoute({
    getParentRoute: () => signedIn,
    path: '/risk',
    component: lazyRouteComponent(() => import('@/features/risk/screen'), 'RiskScreen'),
  });
  const calendar = createRoute({
    getParentRoute: () => signedIn,
    path: '/calendar',
    component: lazyRouteComponent(() => import('@/features/calendar/screen'), 'CalendarScreen'),
  });
  const settings = createRoute({
    getParentRoute: () => signedIn,
    path: '/settings',
    component: lazyRouteComponent(() => import('@/features/settings/screen'), 'SettingsScreen'),
  });

  return createRouter({
    routeTree: root.addChildren([logIn, signUp, signedIn.addChildren([overview, accounts, terminal, webhooks, positions, orders, log, risk, calendar, billing, settings])]),
    defaultPreload: 'intent',
    defaultPendingMs: 150,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
