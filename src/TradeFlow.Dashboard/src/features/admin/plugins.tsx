import { useQuery } from '@tanstack/react-query';
import { Puzzle, RefreshCw } from 'lucide-react';
import { Badge, type Tone } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { pluginsQuery, useReloadPlugins, type Plugin } from './queries';

const tones: Record<string, Tone> = { active: 'up', draining: 'accent', disabled: 'neutral', superseded: 'neutral', deleted: 'neutral', not_supported: 'warn', faulted: 'down' };

export function Plugins() {
  const plugins = useQuery(pluginsQuery());
  const reload = useReloadPlugins();
  return (
    <Panel
      flush
      title="Connectors"
      description="Every version that the Workers have found, and why one does not run."
      actions={
        <Button size="sm" busy={reload.isPending} onClick={() => reload.mutate(undefined, { onSuccess: () => toasts.success('The Workers read their folders again'), onError: toasts.problem })}>
          <RefreshCw aria-hidden className="size-3.5" />
          Read the folders now
        </Button>
      }
    >
      {plugins.isPending ? (
        <SkeletonRows label="Loading connectors" />
      ) : plugins.isError ? (
        <LoadError what="Connectors" error={plugins.error} onRetry={() => void plugins.refetch()} />
      ) : plugins.data.length === 0 ? (
        <Empty icon={Puzzle} title="No connector was found">
          Put one into a folder of Plugins:Directories. It is loaded within two seconds.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {plugins.data.map((plugin) => (
            <Row key={`${plugin.broker} ${plugin.folder} ${plugin.sha256}`} plugin={plugin} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ plugin }: { plugin: Plugin }) {
  const { conformance } = plugin;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm sm:px-5">
      <div className="min-w-0 grow basis-56">
        <p className="font-medium">
          {plugin.name} <span className="font-normal text-muted">{plugin.version}</span>
        </p>
        <p className="truncate text-[0.8125rem] text-muted" title={plugin.sha256}>
          {plugin.broker} · SDK {plugin.sdk} · {plugin.folder}
        </p>
        {plugin.reason != null && <p className="text-[0.8125rem] text-warn">{plugin.reason}</p>}
      </div>
      <Badge tone={tones[plugin.state] ?? 'neutral'} dot>
        {plugin.state.replaceAll('_', ' ')}
      </Badge>
      <Badge tone={plugin.trust === 'none' ? 'warn' : 'neutral'}>{plugin.signed ? `signed by ${plugin.publisher}` : plugin.trust === 'lock' ? 'listed in the lock' : 'not vouched for'}</Badge>
      <span className="text-muted">
        {conformance == null
          ? 'no conformance report'
          : `${conformance.passed ? 'kit passed' : 'kit failed'}, ${conformance.cases_passed} cases${conformance.is_of_this_build ? '' : ', of another build'}`}
      </span>
      <span className="text-[0.8125rem] text-muted">
        {plugin.sessions} {plugin.sessions === 1 ? 'session' : 'sessions'}
      </span>
    </li>
  );
}
