import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, MonitorX } from 'lucide-react';
import { ApiProblem } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { CopyLine } from '@/ui/copy-line';
import { Notice } from '@/ui/notice';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { AgentKey } from './agent-key';
import { agentQuery, type AgentSetup } from './queries';
import { SetupFile } from './setup-file';
import { TerminalState } from './terminal-state';

const route = getRouteApi('/signed-in/accounts/$id/terminal');
const linkLook =
  'inline-flex min-h-10 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3.5 py-2 text-sm font-medium hover:bg-sunken';

/** How to set up the program that reports for an account from the user's own terminal. Words and files come from the broker's plugin. */
export function TerminalScreen() {
  const { id } = route.useParams();
  const setup = useQuery(agentQuery(id));
  return (
    <>
      <PageHeader title="Terminal" actions={<BackLink />}>
        {setup.data === undefined ? 'Connects an account through a program in your own terminal.' : setup.data.name}
      </PageHeader>
      {setup.isPending ? (
        <Panel flush>
          <SkeletonRows label="Loading the set-up" rows={4} />
        </Panel>
      ) : setup.isError ? (
        <Panel flush>
          {setup.error instanceof ApiProblem && setup.error.status === 404 ? (
            <Empty icon={MonitorX} title="This account needs no terminal" action={<BackLink />}>
              It is connected with a log-in, or it has been removed.
            </Empty>
          ) : (
            <LoadError what="The set-up" error={setup.error} onRetry={() => void setup.refetch()} />
          )}
        </Panel>
      ) : (
        <Setup setup={setup.data} />
      )}
    </>
  );
}

function Setup({ setup }: { setup: AgentSetup }) {
  const { canTrade } = useUser();
  return (
    <div className="flex flex-col gap-4">
      <TerminalState setup={setup} />
      <AgentKey setup={setup} canReveal={canTrade} />
      {setup.notice != null && <Notice kind="info">{setup.notice}</Notice>}
      <Panel title="Files and address">
        <ul className="flex flex-wrap gap-2">
          {setup.downloads.map((file) => (
            <li key={file.href}>
              <SetupFile broker={setup.broker} file={file} />
            </li>
          ))}
        </ul>
        <p className="mt-4 text-xs text-faint">Address to allow in the terminal</p>
        <div className="mt-1">
          <CopyLine what="the address" text={setup.url} />
        </div>
      </Panel>
      <Panel title="Steps">
        <ol className="flex list-decimal flex-col gap-2.5 pl-5 text-sm marker:text-faint">
          {setup.steps.map((step) => (
            <li key={step} className="pl-1 break-words">
              {step}
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}

function BackLink() {
  return (
    <Link to="/accounts" search={{}} className={linkLook}>
      <ArrowLeft aria-hidden className="size-4" />
      Accounts
    </Link>
  );
}
