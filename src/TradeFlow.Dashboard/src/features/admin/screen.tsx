import { getRouteApi, Link } from '@tanstack/react-router';
import { ServerCog } from 'lucide-react';
import { useUser } from '@/app/user-context';
import { cx } from '@/ui/cx';
import { Notice } from '@/ui/notice';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty } from '@/ui/states';
import { Accounts } from './accounts';
import { Audit } from './audit';
import { HealthPage } from './health';
import { OwnEvents } from './own-events';
import { People } from './people';
import { Plugins } from './plugins';
import { Signals } from './signals';
import { Strategies } from './strategies';
import { tabs } from './tabs';
import { Tenants } from './tenants';

const route = getRouteApi('/signed-in/admin');

export function AdminScreen() {
  const { user } = useUser();
  const { tab = 'health' } = route.useSearch();
  if (user.role !== 'admin')
    return (
      <Panel flush>
        <Empty icon={ServerCog} title="This page is for administrators of the platform">
          There is nothing here for your role.
        </Empty>
      </Panel>
    );
  return (
    <>
      <PageHeader title="Admin">The whole platform, over all tenants. What you change here is written to the audit log.</PageHeader>
      {!user.two_factor_enabled ? (
        <Notice kind="warning" title="Two-factor sign-in is off">
          These pages open to a session that has proven a second factor.{' '}
          <Link to="/settings" className="font-medium text-accent underline-offset-4 hover:underline">
            Turn it on in Settings
          </Link>
          .
        </Notice>
      ) : (
        <>
          <nav aria-label="Admin" className="mb-4 -mx-1 flex gap-1 overflow-x-auto px-1 pb-1">
            {tabs.map(([name, label]) => (
              <Link
                key={name}
                to="/admin"
                search={{ tab: name }}
                aria-current={tab === name ? 'page' : undefined}
                className={cx(
                  'flex h-9 shrink-0 items-center rounded-lg px-3 text-sm font-medium transition-colors',
                  tab === name ? 'bg-accent-soft text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
                )}
              >
                {label}
              </Link>
            ))}
          </nav>
          {tab === 'health' && <HealthPage />}
          {tab === 'tenants' && <Tenants />}
          {tab === 'users' && <People />}
          {tab === 'accounts' && <Accounts />}
          {tab === 'signals' && <Signals />}
          {tab === 'strategies' && <Strategies />}
          {tab === 'plugins' && <Plugins />}
          {tab === 'calendar' && <OwnEvents />}
          {tab === 'audit' && <Audit />}
        </>
      )}
    </>
  );
}
