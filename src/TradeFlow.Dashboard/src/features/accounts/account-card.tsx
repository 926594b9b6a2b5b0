import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileKey2, Hourglass, Inbox, KeyRound, ListChecks, LogIn, PencilLine, Replace, Scaling, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { brokersQuery } from '@/api/queries/accounts';
import type { Account } from '@/api/types';
import { ModeBadge } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Badge, type Tone } from '@/ui/badge';
import { cx } from '@/ui/cx';
import { Menu } from '@/ui/menu';
import { Money } from '@/ui/money';
import { Switch } from '@/ui/switch';
import { toasts } from '@/ui/toast';
import { AccountKey } from './account-key';
import { AlertRules } from './alert-rules';
import { DeleteAccount } from './delete-account';
import { EditAccount, type AccountEdit } from './edit-account';
import { MessageDefaults } from './message-defaults';
import { useUpdateAccount } from './queries';
import { hasLogIn, ReconnectDialog } from './reconnect-dialog';
import { RegenerateKey } from './regenerate-key';
import { Signing } from './signing';
import { SymbolsDialog } from './symbols-dialog';

const tones: Record<string, Tone> = { active: 'up', pending: 'warn', offline: 'warn', error: 'down', needs_reconnect: 'down' };
const statusTexts: Record<string, string> = {
  pending: 'Waiting for the first contact from your terminal.',
  offline: 'The terminal is not reporting. Entries are refused until it does.',
  error: 'The broker connection has a problem.',
  needs_reconnect: 'The broker refuses the stored log-in. Connect again with a new one.',
};

export function AccountCard({ account }: { account: Account }) {
  const { canTrade } = useUser();
  const { brokerName } = useBrokers();
  const plugin = useQuery(brokersQuery()).data?.find((b) => b.broker === account.broker || b.aliases.includes(account.broker));
  const update = useUpdateAccount(account.id);
  const [dialog, setDialog] = useState<AccountEdit | 'symbols' | 'defaults' | 'alerts' | 'signing' | 'reconnect' | 'key' | 'delete' | null>(null);
  const edit = dialog === 'name' || dialog === 'dedupe' || dialog === 'age' || dialog === 'multiplier' ? dialog : null;
  const close = (open: boolean): void => setDialog((now) => (open ? now : null));
  const enabled = update.isPending ? (update.variables.enabled ?? account.enabled) : account.enabled;
  const sentence = account.status_reason ?? account.disabled_reason ?? statusTexts[account.status] ?? (account.exit_only ? 'Beyond your plan: it closes positions and opens none. Upgrade, or choose it on the billing page.' : undefined);

  return (
    <article aria-label={account.name} className={cx('rounded-2xl border border-line bg-surface', !enabled && 'border-dashed border-line-strong')}>
      <header className="flex items-start gap-3 px-4 pt-4 sm:px-5">
        <div className="min-w-0 grow">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
            <h2 className="truncate font-semibold">{account.name}</h2>
            <ModeBadge mode={account.mode} />
            <Badge dot tone={tones[account.status] ?? 'neutral'}>
              {account.status.replaceAll('_', ' ')}
            </Badge>
            {!enabled && <Badge>disabled</Badge>}
            {account.exit_only && <Badge tone="warn">closes only</Badge>}
            {account.tradingview_only && <Badge>TradingView only</Badge>}
          </div>
          <p className="mt-1 truncate text-[0.8125rem] text-muted">
            {[brokerName(account.broker), account.email, account.server].filter(Boolean).join(' · ')}
          </p>
        </div>
        {canTrade && (
          <div className="flex items-center gap-2">
            <Switch
              label={`Take signals for ${account.name}`}
              checked={enabled}
              disabled={update.isPending}
              onChange={(on) => update.mutate({ enabled: on }, { onError: toasts.problem })}
            />
            <Menu
              label={`More for ${account.name}`}
              items={[
                { label: 'Rename', icon: PencilLine, onSelect: () => setDialog('name') },
                { label: 'Multiplier', icon: Scaling, onSelect: () => setDialog('multiplier') },
                { label: 'Symbols', icon: Replace, onSelect: () => setDialog('symbols') },
                { label: 'Repeated signals', icon: SlidersHorizontal, onSelect: () => setDialog('dedupe') },
                { label: 'Oldest alert', icon: Hourglass, onSelect: () => setDialog('age') },
                { label: 'Message defaults', icon: Inbox, onSelect: () => setDialog('defaults') },
                { label: 'Alert rules', icon: ListChecks, onSelect: () => setDialog('alerts') },
                { label: 'Signed messages', icon: FileKey2, onSelect: () => setDialog('signing') },
                ...(plugin !== undefined && hasLogIn(plugin) ? [{ label: 'Reconnect', icon: LogIn, onSelect: () => setDialog('reconnect') }] : []),
                { label: 'Regenerate API Key', icon: KeyRound, onSelect: () => setDialog('key') },
                { label: 'Remove account', icon: Trash2, onSelect: () => setDialog('delete'), danger: true },
              ]}
            />
          </div>
        )}
      </header>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-4 py-4 sm:grid-cols-3 sm:px-5 xl:grid-cols-5">
        <Fact name="Equity">
          <Money amount={account.equity} currency={account.currency} className="text-lg font-semibold" />
        </Fact>
        <Fact name="Balance">
          <Money amount={account.balance} currency={account.currency} className="text-lg" />
        </Fact>
        <Fact name="Last sync">
          <When at={account.last_sync} form="ago" />
        </Fact>
        <Fact name="Repeats ignored for">
          {account.dedupe_seconds === undefined ? '—' : account.dedupe_seconds === 0 ? 'never' : `${account.dedupe_seconds} s`}
        </Fact>
        <Fact name="Oldest alert">{account.max_age_seconds == null ? 'any age' : `${account.max_age_seconds} s`}</Fact>
      </dl>
      {sentence != null && <p className="px-4 pb-4 text-[0.8125rem] text-warn sm:px-5">{sentence}</p>}
      {plugin?.connect === 'agentPairing' && (
        <p className="px-4 pb-4 text-sm sm:px-5">
          <Link to="/accounts/$id/terminal" params={{ id: account.id }} className="font-medium text-accent hover:underline">
            Terminal set-up
          </Link>
        </p>
      )}
      <AccountKey key={account.api_key ?? ''} account={account} canReveal={canTrade} />
      <EditAccount account={account} what={edit ?? 'name'} open={edit !== null} onOpenChange={close} />
      <SymbolsDialog account={account} open={dialog === 'symbols'} onOpenChange={close} />
      <MessageDefaults account={account} open={dialog === 'defaults'} onOpenChange={close} />
      <AlertRules account={account} open={dialog === 'alerts'} onOpenChange={close} />
      <Signing account={account} open={dialog === 'signing'} onOpenChange={close} />
      {plugin !== undefined && <ReconnectDialog account={account} broker={plugin} open={dialog === 'reconnect'} onOpenChange={close} />}
      <RegenerateKey account={account} open={dialog === 'key'} onOpenChange={close} />
      <DeleteAccount account={account} open={dialog === 'delete'} onOpenChange={close} />
    </article>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 flex min-h-7 items-center truncate text-sm">{children}</dd>
    </div>
  );
}
