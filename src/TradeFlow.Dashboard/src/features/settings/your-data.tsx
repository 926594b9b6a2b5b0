import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, Download } from 'lucide-react';
import { api, unwrap } from '@/api/client';
import { problemOf } from '@/api/problem';
import type { DataExport } from '@/api/types';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { download } from '@/ui/download';
import { fileSize } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { Deletion } from './deletion';

const isOnItsWay = (made: DataExport): boolean => made.status === 'queued' || made.status === 'running';

const exportsQuery = () =>
  queryOptions({
    queryKey: ['exports'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/export', { signal })),
    select: (page) => page.items,
    refetchInterval: ({ state }) => (state.data?.items.some(isOnItsWay) ? 1000 : false),
  });

/** What an owner may do with everything that the workspace has. */
export function YourData() {
  const { isOwner } = useUser();
  return (
    isOwner && (
      <>
        <Exports />
        <Deletion />
      </>
    )
  );
}

function Exports() {
  const queries = useQueryClient();
  const exports = useQuery(exportsQuery());
  const ask = useMutation({
    mutationFn: () => unwrap(api.POST('/api/user/export')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exports'] }),
  });
  const problem = problemOf(ask.error);
  const waits = exports.data?.some(isOnItsWay) ?? false;
  return (
    <Panel
      title="Your data"
      description="Everything that this workspace has, as a zip of JSON and CSV files. Keys, passwords and tokens are not in it."
      actions={
        <Button look="quiet" busy={ask.isPending} disabled={waits} onClick={() => ask.mutate()}>
          <Archive aria-hidden className="size-4" />
          Export everything
        </Button>
      }
    >
      {problem !== null && <Notice kind="error" problem={problem} className="mb-3" />}
      {exports.isPending ? (
        <SkeletonRows label="Loading exports" rows={1} />
      ) : exports.isError ? (
        <LoadError what="Exports" error={exports.error} onRetry={() => void exports.refetch()} />
      ) : (
        <ul className="flex flex-col gap-3">
          {exports.data.map((made) => (
            <li key={made.id}>
              <Export made={made} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Export({ made }: { made: DataExport }) {
  if (isOnItsWay(made))
    return (
      <div className="text-sm">
        <p className="flex items-baseline justify-between gap-3">
          <span className="text-muted">{made.status === 'queued' ? 'Waits for its turn' : 'Being made'}</span>
          <span className="font-medium">{made.progress} %</span>
        </p>
        <progress aria-label="Export" className="sr-only" max={100} value={made.progress} />
        <div aria-hidden className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
          <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${made.progress}%` }} />
        </div>
        <p className="mt-1.5 text-[0.8125rem] text-muted">It goes on when you leave this page.</p>
      </div>
    );
  if (made.status === 'failed')
    return (
      <Notice kind="error" title="The export failed">
        It was asked for <When at={made.created_at} form="ago" />. Ask for it again.
      </Notice>
    );
  return <Ready made={made} />;
}

function Ready({ made }: { made: DataExport }) {
  const fetched = useMutation({ mutationFn: () => save(made.id) });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
      <div className="min-w-0 grow">
        <p>
          <span className="font-medium">Made</span> <When at={made.created_at} /> {made.bytes != null && <span className="text-muted">· {fileSize(made.bytes)}</span>}
        </p>
        {made.expires_at != null && (
          <p className="mt-0.5 text-[0.8125rem] text-muted">
            Kept until <When at={made.expires_at} />
          </p>
        )}
        {fetched.isError && <p role="alert" className="mt-1 text-down">{problemOf(fetched.error)?.message}</p>}
      </div>
      <Button busy={fetched.isPending} onClick={() => fetched.mutate()}>
        <Download aria-hidden className="size-4" />
        Download
      </Button>
    </div>
  );
}

/** The token goes with the call and not into an address, where it would be kept by whoever keeps addresses. */
async function save(id: string): Promise<void> {
  const file = await unwrap(api.GET('/api/user/export/{id}/file', { params: { path: { id } }, parseAs: 'blob' }));
  download(file as unknown as Blob, 'tradeflow-export.zip');
}
