import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import type { AgentSetup } from './queries';

/** Whether the terminal reports now, and what is wrong when it does not. */
export function TerminalState({ setup }: { setup: AgentSetup }) {
  const [tone, text] = setup.online
    ? (['up', 'reporting'] as const)
    : setup.last_beat == null
      ? (['warn', 'waiting for the first report'] as const)
      : (['down', 'silent'] as const);
  return (
    <Panel
      title="State"
      actions={
        <span role="status" aria-live="polite">
          <Badge dot tone={tone}>
            {text}
          </Badge>
        </span>
      }
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-sm sm:grid-cols-4">
        <Fact name="Last report">
          <When at={setup.last_beat} form="ago" />
        </Fact>
        <Fact name="Login">{setup.login}</Fact>
        <Fact name="Server">{setup.server}</Fact>
        <Fact name="Program">{[setup.platform, setup.agent_version].filter(Boolean).join(' · ') || '—'}</Fact>
      </dl>
      {setup.refused != null && (
        <Notice className="mt-4" kind="warning" title="A terminal of another account uses this key">
          It is logged in as {setup.refused}. Nothing was changed: log it in to {setup.login} at {setup.server}, or give it a key of its own.
        </Notice>
      )}
      {setup.standby && (
        <Notice className="mt-4" kind="warning" title="Two terminals report for this account">
          Only one of them is given orders; the other takes over when it falls silent. Close one, so that it is clear which.
        </Notice>
      )}
      {!setup.online && setup.last_beat != null && (
        <Notice className="mt-4" kind="warning" title="Entries are refused until the terminal reports again">
          Open positions keep the stops that the broker has. Is the terminal open and connected, and is the PC awake?
        </Notice>
      )}
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 break-words">{children}</dd>
    </div>
  );
}
