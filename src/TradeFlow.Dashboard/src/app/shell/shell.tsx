import { getRouteApi, Outlet, useRouter } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { StopBanner } from '@/app/emergency-stop/stop-banner';
import { EmergencyStop } from '@/app/emergency-stop/stop-button';
import { BrokerProvider } from '../broker-context';
import { DeletionBanner } from '../deletion-banner';
import { LiveProvider } from '../live-context';
import { PaletteButton } from '../palette/palette-button';
import { PaletteProvider } from '../palette/palette-context';
import { UserProvider } from '../user-context';
import { useRoomFor } from '@/ui/use-room-for';
import { Brand } from './brand';
import { LiveBadge } from './live-badge';
import { MobileNav } from './mobile-nav';
import { NavList } from './nav-list';
import { Notifications } from './notifications';
import { OfflineBanner } from './offline-banner';
import { PlanLine } from './plan-line';
import { UserMenu } from './user-menu';

const route = getRouteApi('/signed-in');

export function Shell() {
  const { stop = false } = route.useSearch();
  const router = useRouter();
  const hasSidebar = useRoomFor('sidebar');
  return (
    <UserProvider>
      <BrokerProvider>
        <LiveProvider>
          <PaletteProvider>
            <a
              href="#content"
              className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
            >
              Skip to content
            </a>
            {hasSidebar && <Sidebar />}
            <div className="lg:pl-60">
              <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b sm:gap-4 border-line bg-ground px-4 sm:px-6 lg:px-8">
                <span className="flex lg:hidden">
                  <Brand />
                </span>
                <PaletteButton />
                <span className="grow" />
                <LiveBadge />
                <EmergencyStop asked={stop} onAnswered={() => stop && void router.navigate({ to: '.', search: (old) => ({ ...old, stop: undefined }), replace: true })} />
                <Notifications />
              </header>
              <main id="content" tabIndex={-1} className="mx-auto max-w-6xl px-4 pt-6 pb-28 outline-none sm:px-6 lg:px-8 lg:pt-8 lg:pb-16">
                <OfflineBanner />
                <StopBanner />
                <DeletionBanner />
                <Screen />
              </main>
            </div>
            {!hasSidebar && <MobileNav />}
          </PaletteProvider>
        </LiveProvider>
      </BrokerProvider>
    </UserProvider>
  );
}

/** After the frame around it, and in pieces: a slow phone answers to a finger in between. */
const Screen = () => useDeferredValue(true, false) && <Outlet />;

function Sidebar() {
  return (
    <aside className="fixed inset-y-0 left-0 z-20 flex w-60 flex-col border-r border-line bg-surface">
      <div className="px-5 pt-5 pb-6">
        <Brand />
      </div>
      <div className="min-h-0 grow overflow-y-auto px-3">
        <NavList />
      </div>
      <PlanLine />
      <div className="border-t border-line p-3">
        <UserMenu />
      </div>
    </aside>
  );
}
