import { getRouteApi } from '@tanstack/react-router';
import { Brand } from '@/app/shell/brand';
import { UserProvider } from '@/app/user-context';
import { usePageTitle } from '@/ui/page-title';
import { Question } from './question';

const route = getRouteApi('/consent');

export function ConsentScreen() {
  usePageTitle('Let an app in');
  const { request } = route.useSearch();
  return (
    <UserProvider>
      <div className="grid min-h-dvh place-items-center px-4 py-8">
        <main className="w-full max-w-md rounded-2xl border border-line bg-surface p-6 sm:p-8">
          <Brand />
          <Question request={request} leave={(url) => window.location.assign(url)} reload={() => window.location.reload()} />
        </main>
      </div>
    </UserProvider>
  );
}
