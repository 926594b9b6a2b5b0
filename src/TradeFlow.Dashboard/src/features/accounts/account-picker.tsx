import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { Money } from '@/ui/money';

export interface LoginAccount {
  id: string;
  name: string;
  currency: string;
  balance: number | null;
}

/** One log-in, several trading accounts: which one shall this key trade on? */
export function AccountPicker({
  accounts,
  busy,
  onPick,
  onBack,
}: {
  accounts: readonly LoginAccount[];
  busy: boolean;
  onPick: (id: string) => void;
  onBack: () => void;
}) {
  const [chosen, setChosen] = useState(accounts[0]?.id ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onPick(chosen);
      }}
    >
      <fieldset disabled={busy}>
        <legend className="mb-3 text-sm">
          This log-in has {accounts.length} accounts. Choose the one to trade on; connect again for another.
        </legend>
        <div className="flex flex-col gap-2">
          {accounts.map((account) => (
            <label
              key={account.id}
              className="flex cursor-pointer items-center gap-3 rounded-xl border border-line px-3.5 py-3 transition-colors hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input type="radio" name="broker_account" className="size-4 accent-accent" value={account.id} checked={chosen === account.id} onChange={() => setChosen(account.id)} />
              <span className="min-w-0 grow">
                <span className="block truncate font-medium">{account.name}</span>
                <span className="block font-mono text-xs text-muted">{account.id}</span>
              </span>
              <Money amount={account.balance} currency={account.currency} className="text-sm" />
            </label>
          ))}
        </div>
      </fieldset>
      <DialogActions>
        <Button onClick={onBack} disabled={busy}>
          <ArrowLeft aria-hidden className="size-4" />
          Back
        </Button>
        <Button look="primary" type="submit" busy={busy}>
          Connect this account
        </Button>
      </DialogActions>
    </form>
  );
}
