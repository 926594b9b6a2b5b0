import { useQuery } from '@tanstack/react-query';
import { KeySquare, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { PersonalToken } from '@/api/types';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { CreateToken } from './create-token';
import { tokensQuery, useDeleteToken } from './queries';

export function Tokens() {
  const tokens = useQuery(tokensQuery());
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<PersonalToken | null>(null);
  return (
    <Panel
      flush
      title="Personal access tokens"
      description="For your own programs. A token can do what its scopes allow, and nothing else."
      actions={
        <Button size="sm" onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New token
        </Button>
      }
    >
      {tokens.isPending ? (
        <SkeletonRows label="Loading tokens" rows={2} />
      ) : tokens.isError ? (
        <LoadError what="Tokens" error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : tokens.data.length === 0 ? (
        <Empty icon={KeySquare} title="No tokens">
          Make one when a script of yours needs to read positions or orders.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {tokens.data.map((token) => (
            <li key={token.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="truncate font-medium">{token.name}</span>
                  {token.scopes.map((scope) => (
                    <Badge key={scope} tone={scope === 'read' ? 'neutral' : 'warn'}>
                      {scope}
                    </Badge>
                  ))}
                </p>
                <p className="mt-0.5 text-[0.8125rem] text-muted">
                  <code className="font-mono text-xs">{token.masked}</code> ·{' '}
                  {token.last_used_at ? (
                    <>
                      Last used <When at={token.last_used_at} form="ago" />
                      {token.last_used_address && ` from ${token.last_used_address}`}
                    </>
                  ) : (
                    'Never used'
                  )}
                  , made <When at={token.created_at} form="ago" />, ends <When at={token.expires_at} />
                </p>
              </div>
              <Button look="ghost" size="icon" aria-label={`End token ${token.name}`} onClick={() => setEnding(token)}>
                <Trash2 aria-hidden className="size-4" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {creating && <CreateToken onDone={() => setCreating(false)} />}
      {ending !== null && <EndToken token={ending} onDone={() => setEnding(null)} />}
    </Panel>
  );
}

function EndToken({ token, onDone }: { token: PersonalToken; onDone: () => void }) {
  const end = useDeleteToken();
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`End ${token.name}?`}
      action="End token"
      busy={end.isPending}
      problem={problemOf(end.error)}
      onConfirm={() => end.mutate(token.id, { onSuccess: onDone })}
    >
      <p>Programs that use it are refused from this moment.</p>
    </Confirm>
  );
}
