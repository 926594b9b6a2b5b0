import { KeyRound } from 'lucide-react';
import { useUser } from '@/app/user-context';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { AppList } from './app-list';

export function AppsScreen() {
  const { isOwner } = useUser();
  return (
    <>
      <PageHeader title="Apps">
        Programs of yours that ask people for access to their workspace, by OAuth 2.1 and OpenID Connect.
      </PageHeader>
      {isOwner ? (
        <AppList />
      ) : (
        <Panel flush>
          <Empty icon={KeyRound} title="Owners make apps">
            Ask an owner of this workspace. Apps that you have let in yourself stand under Settings, in Connected apps.
          </Empty>
        </Panel>
      )}
    </>
  );
}
