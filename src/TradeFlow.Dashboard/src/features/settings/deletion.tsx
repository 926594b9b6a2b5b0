import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { problemOf } from '@/api/problem';
import { meQuery } from '@/api/queries/me';
import type { Deletion as Facts } from '@/api/types';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { TextField } from '@/ui/field';
import { counted } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';

const deletionQuery = () =>
  queryOptions({ queryKey: ['deletion'], queryFn: ({ signal }) => unwrap(api.GET('/api/tenant/delete', { signal })), staleTime: 0 });

function useDeletionChange<T>(mutationFn: (name: string) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      for (const queryKey of [['deletion'], meQuery().queryKey, ['accounts']]) void queries.invalidateQueries({ queryKey });
    },
  });
}

/** For owners: the workspace goes in a week, and stays when one of them changes their mind. */
export function Deletion() {
  const facts = useQuery(deletionQuery());
  return (
    <Panel title="Delete this workspace" description="With all its accounts, history and people who belong to no other workspace.">
      {facts.isPending ? (
        <SkeletonRows label="Loading the workspace" rows={1} />
      ) : facts.isError ? (
        <LoadError what="The workspace" error={facts.error} onRetry={() => void facts.refetch()} />
      ) : facts.data.deletes_at == null ? (
        <Ask facts={facts.data} />
      ) : (
        <TakeBack day={facts.data.deletes_at} />
      )}
    </Panel>
  );
}

function Ask({ facts }: { facts: Facts }) {
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const ask = useDeletionChange((name) => unwrap(api.POST('/api/tenant/delete', { body: { name } })));
  const onOpenChange = (open: boolean): void => {
    setAsking(open);
    setTyped('');
    ask.reset();
  };
  return (
    <>
      <Button look="danger-quiet" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-4" />
        Delete workspace
      </Button>
      <Confirm
        open={asking}
        onOpenChange={onOpenChange}
        title={`Delete ${facts.workspace} in seven days?`}
        action="Delete in seven days"
        busy={ask.isPending}
        disabled={typed.trim() !== facts.workspace}
        problem={problemOf(ask.error)}
        onConfirm={() => ask.mutate(typed.trim(), { onSuccess: () => onOpenChange(false) })}
      >
        <p>
          {counted(facts.accounts, 'account')} can close positions from now on, but not open new ones. The subscription ends with its period. An owner can take it back for
          seven days; then everything is erased for ever but the ids in the audit log.
        </p>
        {facts.open_positions + facts.working_orders > 0 && (
          <p className="font-medium text-down">
            {counted(facts.open_positions, 'position')} and {counted(facts.working_orders, 'working order')} are open now. What is still open on that day stays open at
            your brokers: close it before.
          </p>
        )}
        <TextField label={`Type ${facts.workspace}`} autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
      </Confirm>
    </>
  );
}

function TakeBack({ day }: { day: string }) {
  const keep = useDeletionChange(() => unwrap(api.DELETE('/api/tenant/delete')));
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 text-sm">
      <p className="min-w-0 grow">
        It is deleted on{' '}
        <span className="font-medium">
          <When at={day} />
        </span>
        .
      </p>
      <Button
        busy={keep.isPending}
        onClick={() => keep.mutate('', { onSuccess: () => toasts.success('The workspace stays', 'Its accounts trade as before.'), onError: toasts.problem })}
      >
        <Undo2 aria-hidden className="size-4" />
        Keep the workspace
      </Button>
    </div>
  );
}
