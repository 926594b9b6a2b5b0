import type { RiskConfig } from '@/api/types';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { toasts } from '@/ui/toast';
import { useWithdraw } from './queries';
import { localTime, waitingWords } from './waiting-words';

/** What waits for the next trading day, each with when it holds and a way to take it back. */
export function Pending({ config, currency }: { config: RiskConfig; currency: string }) {
  const { canManage } = useUser();
  const withdraw = useWithdraw();
  const pending = config.pending ?? [];
  const problem = problemOf(withdraw.error);
  if (pending.length === 0) return null;
  return (
    <Panel title="Waiting for the next trading day" description="The cool-down holds these back. What holds now stands in the form.">
      {problem !== null && <Notice className="mb-3" kind="error" problem={problem} />}
      <ul className="flex flex-col divide-y divide-line text-sm">
        {pending.map((one) => {
          const words = waitingWords(config, one, currency);
          return (
            <li key={one.limit} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
              <div className="min-w-0 grow basis-64">
                {words.map((sentence) => (
                  <p key={sentence} className="font-medium text-pretty">
                    {sentence}
                  </p>
                ))}
                <p className="text-[0.8125rem] text-muted">From {localTime(one.effective_at, config.trading_hours_timezone)}</p>
              </div>
              {canManage && (
                <Button
                  size="sm"
                  aria-label={`Withdraw: ${words.join(' ')}`}
                  busy={withdraw.isPending && withdraw.variables === one.limit}
                  onClick={() => withdraw.mutate(one.limit, { onSuccess: () => toasts.success('Withdrawn', 'The limit stays as it is.') })}
                >
                  Withdraw
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
