import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { problemOf } from '@/api/problem';
import type { Account, ValidateResult } from '@/api/types';
import { CheckLine } from '@/app/check-line';
import { Button } from '@/ui/button';
import { TextAreaField } from '@/ui/field';
import { price, quantity } from '@/ui/format';
import { Notice } from '@/ui/notice';
import { validateSignal } from './queries';

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

function FieldErrors({ fields }: { fields: Readonly<Record<string, readonly string[]>> }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-0.5">
      {entries.map(([field, messages]) => (
        <li key={field}>
          <code className="font-mono text-xs">{field}</code> {messages.join(' ')}
        </li>
      ))}
    </ul>
  );
}

function Verdict({ result }: { result: ValidateResult }) {
  const facts = [
    ['Symbol', result.symbol?.broker ?? '—'],
    ['Quantity', quantity(result.qty)],
    ['Entry', price(result.entry)],
    ['Stop', price(result.stop_loss, result.entry)],
    ['Target', price(result.take_profit, result.entry)],
  ] as const;
  return (
    <div className="mt-3 rounded-xl border border-line p-4" role="status">
      <p className={result.would_execute ? 'font-medium text-up' : 'font-medium text-down'}>
        {result.would_execute ? 'This signal would trade.' : 'This signal would be refused.'}
      </p>
      <dl className="mt-3 flex flex-wrap gap-x-7 gap-y-2 text-sm">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-faint">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      {result.errors != null && <FieldErrors fields={result.errors} />}
      <ul className="mt-4 flex flex-col gap-1.5">
        {result.checks.map((check) => (
          <CheckLine key={check.code} check={check} />
        ))}
      </ul>
    </div>
  );
}
