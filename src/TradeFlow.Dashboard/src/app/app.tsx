import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { confirmation } from '@/api/confirmation';
import { ApiProblem } from '@/api/problem';
import { session } from '@/api/session';
import { Toasts, toasts } from '@/ui/toast';
import { ConfirmIdentity } from './confirm-identity';
import { createAppRouter, fetchScreen } from './router';
import { ThemeProvider } from './theme-context';

type AppRouter = ReturnType<typeof createAppRouter>;

const waits = (error: unknown): boolean => !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500 || error.status === 429;

const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // A read may be asked again when the server was busy. A mutation never: it may have been done.
      queries: { staleTime: 5000, retry: (count, error) => count < 2 && waits(error), retryDelay: (n) => Math.min(4000, 500 * 2 ** n) },
      mutations: { retry: false },
    },
  });

export function App() {
  const [router] = useState(() => {
    const made = createAppRouter();
    fetchScreen(made);
    return made;
  });
  const workspace = useSyncExternalStore(session.subscribe, session.workspace);

  // A new page begins at its top. The router's own way of doing this writes to the session storage, which stays empty here.
  useEffect(
    () =>
      router.subscribe('onResolved', (change) => {
        if (!change.pathChanged) return;
        window.scrollTo(0, 0);
        confirmation.askAgain();
      }),
    [router],
  );

  useEffect(() => {
    if (workspace === 0) return;
    toasts.clear();
    if (session.isMoved) toasts.info('Another workspace', 'It was changed in another tab of this browser.');
    void router.navigate({ to: '/' });
  }, [workspace, router]);

  return (
    <ThemeProvider>
      <Workspace key={workspace} router={router} />
      <Toasts />
    </ThemeProvider>
  );
}

/**
 * The page in one workspace. In another one it is mounted anew with a memory and a socket of its own: what is still on its way for the old one comes to a
 * memory that nobody looks at any more.
 */
function Workspace({ router }: { router: AppRouter }) {
  const [queries] = useState(newQueryClient);
  const state = useSyncExternalStore(session.subscribe, session.snapshot);

  const before = useRef(state);
  useEffect(() => {
    const [was, is] = [before.current, state];
    before.current = state;
    if (was === is) return;
    if (is === 'signed-out') {
      queries.clear();
      confirmation.settle(false);
      confirmation.askAgain();
    }
    // Whoever asked first who is there has its answer already.
    if (was !== 'unknown') void router.invalidate();
  }, [state, queries, router]);

  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} context={{ queries }} />
      <ConfirmIdentity />
    </QueryClientProvider>
  );
}
