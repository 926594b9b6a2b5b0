import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { problemOf } from '@/api/problem';
import { validateSignal } from '@/api/queries/signals';
import type { Account } from '@/api/types';
import { FieldErrors, Verdict } from '@/app/signal-verdict';
import { Button } from '@/ui/button';
import { TextAreaField } from '@/ui/field';
import { Notice } from '@/ui/notice';

/** What would happen now, without sending anything to the broker. */
export function TestIt({
  account,
  message,
  edited,
  onEdit,
}: {
  account: Account;
  message: string;
  edited: boolean;
  onEdit: (message: string | undefined) => void;
}) {
  const test = useMutation({ mutationFn: validateSignal });
  const problem = problemOf(test.error);
  const hasPlaceholders = message.includes('{{');
  return (
    <section>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-[0.9375rem] font-semibold">Test it</h2>
          <p className="text-[0.8125rem] text-muted">Runs every check and works out size and prices. Nothing is sent to the broker.</p>
        </div>
        <Button busy={test.isPending} onClick={() => test.mutate({ account_id: account.id, body: message })}>
          <FlaskConical aria-hidden className="size-4" />
          Test it
        </Button>
      </div>
      {hasPlaceholders && !edited && (
        <p className="mt-2 text-[0.8125rem] text-muted">
          The message has placeholders that only TradingView fills in.{' '}
          <button type="button" className="font-medium text-accent underline-offset-4 hover:underline" onClick={() => onEdit(fill(message))}>
            Test it with sample values
          </button>
        </p>
      )}
      {edited && (
        <div className="mt-3">
          <TextAreaField label="Message to test" rows={10} value={message} onChange={(e) => onEdit(e.target.value)} />
          <Button size="sm" look="ghost" className="mt-1" onClick={() => onEdit(undefined)}>
            Back to the template
          </Button>
        </div>
      )}
      {problem !== null && (
        <Notice kind="error" problem={problem} className="mt-3">
          <FieldErrors fields={problem.fields} />
        </Notice>
      )}
      {test.data !== undefined && <Verdict result={test.data} />}
    </section>
  );
}

const fill = (message: string): string =>
  message
    .replaceAll('{{ticker}}', 'EURUSD')
    .replaceAll('{{strategy.order.action}}', 'buy')
    .replaceAll('{{timenow}}', new Date().toISOString())
    .replaceAll(/\{\{[^}]*\}\}/g, '1');
