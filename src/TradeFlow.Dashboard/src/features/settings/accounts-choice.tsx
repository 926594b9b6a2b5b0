import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { accountsQuery } from '@/api/queries/accounts';
import { ModeBadge } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';

/** What somebody sees: all accounts, those to come included (null), or those that are ticked. */
export type Seen = readonly string[] | null;

export function AccountsChoice({ seen, onChange, errors }: { seen: Seen; onChange: (seen: Seen) => void; errors?: readonly string[] | undefined }) {
  const { brokerName } = useBrokers();
  const accounts = useQuery(accountsQuery()).data ?? [];
  const name = useId();
  const toggle = (id: string): void => onChange(seen?.includes(id) ? seen.filter((other) => other !== id) : [...(seen ?? []), id]);
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 text-sm" aria-invalid={(errors?.length ?? 0) > 0 || undefined}>
      <legend className="mb-1.5 text-[0.8125rem] font-medium">Accounts</legend>
      <label className="flex items-start gap-3">
        <input type="radio" name={name} className="mt-0.5 size-4 accent-(--accent)" checked={seen === null} onChange={() => onChange(null)} />
        <span>
          All accounts<span className="text-muted">, those that are connected later too</span>
        </span>
      </label>
      <label className="flex items-start gap-3">
        <input
          type="radio"
          name={name}
          className="mt-0.5 size-4 accent-(--accent)"
          checked={seen !== null}
          disabled={accounts.length === 0}
          onChange={() => onChange([])}
        />
        <span>
          Only some<span className="text-muted">{accounts.length === 0 ? ', once one is connected' : ', and nothing of the others'}</span>
        </span>
      </label>
      {seen !== null && (
        <ul aria-label="Accounts to choose from" className="divide-y divide-line rounded-xl border border-line">
          {accounts.map((account) => (
            <li key={account.id}>
              <label className="flex items-center gap-3 px-3.5 py-2.5">
                <input
                  type="checkbox"
                  className="size-4 accent-(--accent)"
                  checked={seen.includes(account.id)}
                  onChange={() => toggle(account.id)}
                />
                <span className="min-w-0 grow truncate">
                  <span className="font-medium">{account.name}</span> <span className="text-muted">{brokerName(account.broker)}</span>
                </span>
                <ModeBadge mode={account.mode} />
              </label>
            </li>
          ))}
        </ul>
      )}
      {seen?.length === 0 && accounts.length > 0 && <p className="text-[0.8125rem] text-muted">Nothing is ticked: they will see no account at all.</p>}
      {errors !== undefined && errors.length > 0 && <p className="text-[0.8125rem] font-medium text-down">{errors.join(' ')}</p>}
    </fieldset>
  );
}
