import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { RegisteredAccount } from '@/api/types';
import { ModeBadge } from '@/app/account-label';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { Money } from '@/ui/money';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';

const next =
  'inline-flex h-10 items-center justify-center gap-2 rounded-lg bg-accent px-4 text-sm font-medium text-accent-ink hover:bg-accent-hover';

export function Connected({ account, brokerName, onDone }: { account: RegisteredAccount; brokerName: string; onDone: () => void }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border border-line bg-sunken px-4 py-3 text-sm">
        <span className="font-medium">{account.name ?? account.email ?? brokerName}</span>
        <ModeBadge mode={account.mode} />
        <span className="grow text-right text-muted">
          Balance <Money amount={account.balance} currency={account.currency} className="font-medium text-ink" />
        </span>
      </div>
      {account.agent_key != null && (
        <>
          <Notice className="mt-4" kind="info" title="One step left">
            The account turns active with the first contact from your terminal. Give the terminal its agent key; the API key is for your alerts.
          </Notice>
          <Key label="Agent key, for the terminal" secret={account.agent_key} what="the agent key" />
        </>
      )}
      <Key label={account.agent_key == null ? undefined : 'API key, for your alerts'} secret={account.api_key} what="the API key" />
      <DialogActions>
        <Button onClick={onDone}>Done</Button>
        {account.status === 'pending' ? (
          <Link to="/accounts/$id/terminal" params={{ id: account.id }} className={next}>
            Set up the terminal
            <ArrowRight aria-hidden className="size-4" />
          </Link>
        ) : (
          <Link to="/webhooks" search={{ account: account.id }} className={next}>
            Set up the alert
            <ArrowRight aria-hidden className="size-4" />
          </Link>
        )}
      </DialogActions>
    </>
  );
}

function Key({ label, secret, what }: { label: string | undefined; secret: string; what: string }) {
  return (
    <div className="mt-4">
      {label !== undefined && <p className="mb-1 text-xs text-faint">{label}</p>}
      <Secret masked={maskKey(secret)} secret={secret} what={what} />
    </div>
  );
}
