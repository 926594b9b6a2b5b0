import { useQuery } from '@tanstack/react-query';
import { Blocks, Plus } from 'lucide-react';
import { useState } from 'react';
import type { OwnApp } from '@/api/types';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { AppRow } from './app-row';
import { CreateApp } from './create-app';
import { DeleteApp } from './delete-app';
import { appsQuery } from './queries';

/** The apps of the workspace. */
export function AppList() {
  const apps = useQuery(appsQuery());
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<OwnApp | null>(null);
  const make = (
    <Button look="primary" size="sm" onClick={() => setCreating(true)}>
      <Plus aria-hidden className="size-3.5" />
      New app
    </Button>
  );
  const has = apps.data !== undefined && apps.data.length > 0;
  return (
    <Panel flush title="Your apps" description="Each has an id of its own, and does no more than people let it do." actions={has ? make : undefined}>
      {apps.isPending ? (
        <SkeletonRows label="Loading your apps" rows={3} />
      ) : apps.isError ? (
        <LoadError what="Your apps" error={apps.error} onRetry={() => void apps.refetch()} />
      ) : apps.data.length === 0 ? (
        <Empty icon={Blocks} title="No apps" action={make}>
          Make one when a program of yours needs access to other people&apos;s workspaces, or shall act for this one. For a script of your own a personal access token is
          simpler: Settings has them.
        </Empty>
      ) : (
        <ul aria-label="Apps" className="divide-y divide-line border-t border-line">
          {apps.data.map((app) => (
            <AppRow key={app.client_id} app={app} onDelete={() => setDeleting(app)} />
          ))}
        </ul>
      )}
      {creating && <CreateApp onDone={() => setCreating(false)} />}
      {deleting !== null && <DeleteApp app={deleting} onDone={() => setDeleting(null)} />}
    </Panel>
  );
}
