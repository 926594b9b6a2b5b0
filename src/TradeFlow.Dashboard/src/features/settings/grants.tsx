import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Blocks, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '@/api/client';
import { problemOf } from '@/api/problem';
import type { AppGrant } from '@/api/types';
import { scopeWords } from '@/app/scope-words';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';

const grantsQuery = () =>
  queryOptions({
    queryKey: ['grants'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/user/grants', { params: { query: { limit: 500 } }, signal })),
    select: (page) => page.items,
  });

/** Programs of others that the person has let into this workspace. */
export function Grants() {
  const grants = useQuery(grantsQuery());
  const [ending, setEnding] = useState<AppGrant | null>(null);
  return (
    <Panel flush title="Connected apps" description="Programs of others that you have let into this workspace.">
      {grants.isPending ? (
        <SkeletonRows label="Loading connected apps" rows={2} />
      ) : grants.isError ? (
        <LoadError what="Connected apps" error={grants.error} onRetry={() => void grants.refetch()} />
      ) : grants.data.length === 0 ? (
        <Empty icon={Blocks} title="No apps">
          When an app asks to connect with TradeFlow and you let it in, it is listed here.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {grants.data.map((grant) => (
            <li key={grant.client_id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="truncate font-medium">{grant.name}</span>
                  <Badge tone={grant.scopes.includes('trade') ? 'warn' : 'neutral'}>{grant.scopes.includes('trade') ? 'trades' : 'looks'}</Badge>
                </p>
                <p className="mt-0.5 text-[0.8125rem] text-muted">
                  By {grant.publisher} · {grant.scopes.map(scopeWords).join(' · ')}
                </p>
                <p className="mt-0.5 text-[0.8125rem] text-muted">
                  Let in <When at={grant.granted_at} form="ago" />
                  {grant.last_used_at && (
                    <>
                      , last connected <When at={grant.last_used_at} form="ago" />
                    </>
                  )}
                </p>
              </div>
              <Button look="ghost" size="icon" aria-label={`Take back the access of ${grant.name}`} onClick={() => setEnding(grant)}>
                <Trash2 aria-hidden className="size-4" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {ending !== null && <EndGrant grant={ending} onDone={() => setEnding(null)} />}
    </Panel>
  );
}

function EndGrant({ grant, onDone }: { grant: AppGrant; onDone: () => void }) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/user/grants/{clientId}', { params: { path: { clientId: grant.client_id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['grants'] }),
  });
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Take back the access of ${grant.name}?`}
      action="Take it back"
      busy={end.isPending}
      problem={problemOf(end.error)}
      onConfirm={() => end.mutate(undefined, { onSuccess: onDone })}
    >
      <p>It is refused from this moment. What it has ordered stays as it is.</p>
    </Confirm>
  );
}
