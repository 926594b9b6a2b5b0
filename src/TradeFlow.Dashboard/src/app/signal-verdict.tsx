import type { ValidateResult } from '@/api/types';
import { price, quantity } from '@/ui/format';
import { CheckLine } from './check-line';

/** What is wrong, by the field of the message. */
export function FieldErrors({ fields }: { fields: Readonly<Record<string, readonly string[]>> }) {
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

/** What would come of a message now. */
export function Verdict({ result }: { result: ValidateResult }) {
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
