import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { When } from '@/app/when';
import { Badge, type Tone } from '@/ui/badge';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { healthQuery, type Health } from './queries';

const tones: Record<string, Tone> = { healthy: 'up', degraded: 'warn', away: 'warn', unhealthy: 'down' };
const many = (count: number, one: string, more: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

export function HealthPage() {
  const health = useQuery(healthQuery());
  if (health.isPending)
    return (
      <Panel flush>
        <SkeletonRows label="Loading the health of the platform" />
      </Panel>
    );
  if (health.isError && health.data === undefined)
    return (
      <Panel flush>
        <LoadError what="The health of the platform" error={health.error} onRetry={() => void health.refetch()} />
      </Panel>
    );
  const data = health.data;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title="Servers" description={<>Looked at <When at={data.at} form="ago" /></>}>
        <ul className="flex flex-col gap-2.5 text-sm">
          <State name="Api" state={data.api} />
          <State name="PostgreSQL" state={data.postgres} />
          <State name="Redis" state={data.redis}>
            {data.redis === 'away' && 'Everybody polls: slower, not wrong.'}
          </State>
          {data.checks
            .filter((check) => check.status !== 'healthy')
            .map((check) => (
              <State key={check.name} name={check.name} state={check.status}>
                {check.words}
              </State>
            ))}
        </ul>
      </Panel>
      <Panel title="Workers" description={data.workers.length === 0 ? 'None runs: signals are recorded and wait.' : undefined}>
        <ul className="flex flex-col gap-2.5 text-sm">
          {data.workers.map((worker) => (
            <li key={worker.name} className="flex flex-wrap items-baseline gap-x-4">
              <span className="grow font-medium">{worker.name}</span>
              <span>{many(worker.lanes, 'lane', 'lanes')}</span>
              <span className="text-[0.8125rem] text-muted">
                since <When at={worker.started_at} />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Orders health={data} />
      <Panel title="Feeds and connectors">
        <ul className="flex flex-col gap-2.5 text-sm">
          {data.feeds.map((feed) => (
            <State key={feed.source} name={`Calendar, ${feed.source}`} state={feed.problem == null ? 'healthy' : 'degraded'}>
              {feed.problem}
            </State>
          ))}
          {data.plugins.map((plugin) => (
            <State key={plugin.broker} name={`${plugin.broker} ${plugin.version}`} state={plugin.state === 'active' ? 'healthy' : 'degraded'}>
              {plugin.reason}
            </State>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Orders({ health }: { health: Health }) {
  const { queues } = health;
  return (
    <Panel title="Orders">
      <dl className="grid grid-cols-2 gap-3 text-sm sm:grid-cols-3">
        <Figure name="Waiting" value={queues.pending} />
        <Figure name="On their way" value={queues.sending} />
        <Figure name="Unknown" value={health.unknown_orders} warn />
        <Figure name="Need a person" value={health.needs_review} warn />
        <Figure name="Messages to send" value={queues.messages} />
        <Figure name="Stalled lanes" value={health.stalled_lanes.length} warn />
      </dl>
      {queues.oldest_pending_seconds != null && <p className="mt-3 text-[0.8125rem] text-muted">The oldest waits for {queues.oldest_pending_seconds} s.</p>}
      {health.stalled_lanes.map((lane) => (
        <p key={lane.account_id} className="mt-2 text-sm text-warn">
          {many(lane.waiting, 'order waits', 'orders wait')} in an account of{' '}
          <Link to="/admin" search={{ tab: 'accounts', tenant: lane.tenant_id }} className="font-medium underline underline-offset-4">
            this tenant
          </Link>{' '}
          ({lane.broker}) since <When at={lane.since} />: no Worker runs its lane.
        </p>
      ))}
    </Panel>
  );
}

const Figure = ({ name, value, warn = false }: { name: string; value: number; warn?: boolean }) => (
  <div>
    <dt className="text-[0.8125rem] text-muted">{name}</dt>
    <dd className={warn && value > 0 ? 'text-lg font-semibold text-warn tabular-nums' : 'text-lg font-semibold tabular-nums'}>{value.toLocaleString('en')}</dd>
  </div>
);

const State = ({ name, state, children }: { name: string; state: string; children?: ReactNode }) => (
  <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
    <span className="grow">{name}</span>
    <Badge tone={tones[state] ?? 'neutral'} dot>
      {state}
    </Badge>
    {children && <p className="w-full text-[0.8125rem] text-muted">{children}</p>}
  </li>
);
