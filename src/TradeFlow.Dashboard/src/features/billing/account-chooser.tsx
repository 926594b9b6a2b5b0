import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Usage } from '@/api/types';
import { ModeBadge } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { toasts } from '@/ui/toast';
import { useChooseAccounts } from './queries';

/** More accounts than the plan has: which of them may open trades. Shown only while there are any. */
export function AccountChooser({ usage }: { usage: Usage }) {
  const { isOwner } = useUser();
  const { brokerName } = useBrokers();
  const choose = useChooseAccounts();
  const [kept, setKept] = useState<ReadonlySet<string>>(() => new Set(usage.accounts.filter((a) => !a.exit_only).map((a) => a.id)));
  const problem = problemOf(choose.error);
  const over = overText(usage, kept);
  const toggle = (id: string): void =>
    setKept((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <Panel
      flush
      title="Accounts beyond your plan"
      description="Nothing was deleted. An account beyond the plan can close its positions, and does not open new ones."
    >
      <ul className="divide-y divide-line border-y border-line">
        {usage.accounts.map((account) => (
          <li key={account.id}>
            <label className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
              <input
                type="checkbox"
                className="size-4 accent-(--accent)"
                checked={kept.has(account.id)}
                disabled={!isOwner || choose.isPending}
                onChange={() => toggle(account.id)}
              />
              <span className="min-w-0 grow truncate">
                <span className="font-medium">{account.name}</span> <span className="text-muted">{brokerName(account.broker)}</span>
              </span>
              <ModeBadge mode={account.mode} />
              {account.exit_only && <Badge tone="warn">closes only</Badge>}
            </label>
          </li>
        ))}
      </ul>
      {isOwner && (
        <div className="flex flex-wrap items-center gap-3 px-4 py-4 sm:px-5">
          <p role="status" className="min-w-0 grow text-[0.8125rem] text-muted">
            {over ?? 'The ticked accounts may open trades.'}
          </p>
          <Button
            look="primary"
            busy={choose.isPending}
            disabled={over !== null || kept.size === 0}
            onClick={() => choose.mutate([...kept], { onSuccess: () => toasts.success('The accounts of your plan are chosen') })}
          >
            Use these
          </Button>
          {problem !== null && <Notice kind="error" className="w-full" problem={problem} />}
        </div>
      )}
    </Panel>
  );
}

function overText({ accounts, limits }: Usage, kept: ReadonlySet<string>): string | null {
  const perBroker = new Map<string, number>();
  for (const account of accounts) if (kept.has(account.id)) perBroker.set(account.broker, (perBroker.get(account.broker) ?? 0) + 1);
  if (limits.brokers !== null && perBroker.size > limits.brokers) return `Your plan has ${limits.brokers} ${limits.brokers === 1 ? 'broker' : 'brokers'}. Untick some.`;
  const limit = limits.accounts_per_broker;
  if (limit !== null && [...perBroker.values()].some((used) => used > limit)) return `Your plan has ${limit} ${limit === 1 ? 'account' : 'accounts'} per broker. Untick some.`;
  return null;
}
