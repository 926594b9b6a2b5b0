import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { unreachable } from '@/api/problem';
import type { Account } from '@/api/types';
import { CodeBlock } from '@/ui/code-block';
import { CopyButton } from '@/ui/copy-button';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { Secret } from '@/ui/secret';
import { LoadError, Skeleton } from '@/ui/states';
import { curlOf, maskUrl } from './curl';
import { templateQuery } from './queries';
import type { TemplateOptions } from './template-options';
import { TestIt } from './test-it';

export function TemplatePanel({ account, options }: { account: Account; options: TemplateOptions }) {
  const template = useQuery(templateQuery(account.id, options));
  const [testing, setTesting] = useState<string>();

  if (template.isPending)
    return (
      <Panel>
        <div role="status" aria-label="Loading the template" className="flex flex-col gap-4">
          <Skeleton className="h-4 w-28" />
          <Skeleton className="h-10" />
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-56" />
        </div>
      </Panel>
    );
  if (template.isError && template.data === undefined) {
    const problem = unreachable(template.error);
    const faults = Object.entries(problem.fields);
    if (faults.length > 0)
      return (
        <Panel title="The signal has a fault">
          <ul className="flex flex-col gap-1 text-sm text-down" role="alert">
            {faults.map(([field, messages]) => (
              <li key={field}>
                <code className="font-mono text-[0.8125rem]">{field}</code> {messages.join(' ')}
              </li>
            ))}
          </ul>
        </Panel>
      );
    return (
      <Panel flush>
        <LoadError what="The template" error={template.error} onRetry={() => void template.refetch()} />
      </Panel>
    );
  }
  const { url, message } = template.data;
  const curl = curlOf(url, message);

  return (
    <Panel>
      {!account.enabled && <Notice className="mb-5" kind="warning" title="This account is disabled: its signals are refused until you enable it." />}
      <div className="flex flex-col gap-6">
        <section>
          <h2 className="mb-2 text-[0.9375rem] font-semibold">Webhook URL</h2>
          <Secret masked={maskUrl(url)} secret={url} what="the webhook URL" />
          <p className="mt-2 text-[0.8125rem] text-muted">It holds the key of {account.name}. Whoever has it can trade on this account.</p>
        </section>
        <section>
          <div className="mb-2 flex items-center justify-between gap-3">
            <h2 className="text-[0.9375rem] font-semibold">Message</h2>
            <CopyButton what="the message" text={message} />
          </div>
          <CodeBlock label="Message" text={message} />
        </section>
        <TestIt account={account} message={testing ?? message} edited={testing !== undefined} onEdit={setTesting} />
        <details className="group">
          <summary className="text-sm font-medium text-muted hover:text-ink">Send it from a terminal</summary>
          <div className="mt-3 flex flex-col gap-2">
            <CodeBlock label="curl command" text={curlOf(maskUrl(url), message)} />
            <div className="flex flex-wrap items-center justify-between gap-2">
              <p className="text-[0.8125rem] text-warn">This is a real signal: it trades.</p>
              <CopyButton what="the curl command" text={curl} label="Copy with key" />
            </div>
          </div>
        </details>
      </div>
    </Panel>
  );
}
