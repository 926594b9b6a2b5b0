import { useQuery } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { deviceName } from './device-name';
import { sessionsQuery, useEndOtherSessions, useEndSession } from './queries';

/** Where the person is logged in. A session that is not theirs ends with one press. */
export function Devices() {
  const sessions = useQuery(sessionsQuery());
  const end = useEndSession();
  const others = useEndOtherSessions();
  const [asking, setAsking] = useState(false);
  const problem = problemOf(end.error);
  const otherCount = sessions.data?.filter((session) => !session.current).length ?? 0;
  return (
    <Panel
      flush
      title="Where you are logged in"
      description="Was one of these not you? End it, then change your password."
      actions={
        otherCount > 0 ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            End all others
          </Button>
        ) : undefined
      }
    >
      {problem !== null && <Notice className="mx-4 mb-3 sm:mx-5" kind="error" problem={problem} />}
      {sessions.isPending ? (
        <SkeletonRows label="Loading devices" rows={2} />
      ) : sessions.isError ? (
        <LoadError what="Devices" error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {sessions.data.map((session) => (
            <li key={session.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="truncate font-medium" title={session.device ?? undefined}>
                    {deviceName(session.device)}
                  </span>
                  {session.current && <Badge tone="up">This one</Badge>}
                  {session.passkey && <Badge>Passkey</Badge>}
                </p>
                <p className="mt-0.5 text-[0.8125rem] text-muted">
                  {session.address ?? 'Address not known'} · Last used <When at={session.last_seen_at} form="ago" />, logged in <When at={session.created_at} form="ago" />
                </p>
              </div>
              {!session.current && (
                <Button look="ghost" size="icon" aria-label={`End ${deviceName(session.device)}`} busy={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                  <LogOut aria-hidden className="size-4" />
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="End all others?"
        action={otherCount === 1 ? 'End 1 session' : `End ${otherCount} sessions`}
        busy={others.isPending}
        problem={problemOf(others.error)}
        onConfirm={() => others.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        <p>You stay logged in here. Personal access tokens and keys of accounts go on working.</p>
      </Confirm>
    </Panel>
  );
}
