import { Activity, KeyRound, Link2, PencilLine, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Menu } from '@/ui/menu';
import { ActivateDialog } from './activate-dialog';
import { ActivationRow } from './activation-row';
import { AddressDialog } from './address-dialog';
import { DeleteStrategy } from './delete-strategy';
import { EditDialog } from './create-dialog';
import type { Strategy } from './queries';
import { RegenerateAddress } from './regenerate-address';
import { SignalsDialog } from './signals-dialog';
import { Stats } from './stats';
import { accountsText } from './words';

type Open = 'activate' | 'address' | 'signals' | 'edit' | 'key' | 'delete';

export function StrategyCard({ strategy }: { strategy: Strategy }) {
  const { user, canTrade, canManage } = useUser();
  const [dialog, setDialog] = useState<Open | null>(null);
  const close = (open: boolean): void => setDialog((now) => (open ? now : null));
  const url = strategy.webhook_url ?? null;
  const hasAddress = url !== null;
  const showsSignals = strategy.is_own && user.tenant.accounts === null;
  const isPrivate = strategy.visibility === 'private';
  const following = strategy.activations.filter((activation) => activation.enabled).length;
  const items = [
    ...(hasAddress ? [{ label: 'Webhook URL and message', icon: Link2, onSelect: () => setDialog('address') }] : []),
    ...(isPrivate ? [{ label: 'Rename', icon: PencilLine, onSelect: () => setDialog('edit') }] : []),
    ...(hasAddress ? [{ label: 'New webhook URL', icon: KeyRound, onSelect: () => setDialog('key') }] : []),
    ...(isPrivate ? [{ label: 'Delete', icon: Trash2, onSelect: () => setDialog('delete'), danger: true }] : []),
  ];
  return (
    <article aria-label={strategy.name} className="rounded-2xl border border-line bg-surface">
      <header className="flex items-start gap-3 px-4 pt-4 sm:px-5">
        <div className="min-w-0 grow">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
            <h2 className="min-w-0 font-semibold break-words">{strategy.name}</h2>
            <Badge tone={isPrivate ? 'neutral' : 'accent'}>{isPrivate ? 'private' : 'public'}</Badge>
            {strategy.symbols.length > 0 && <span className="text-[0.8125rem] text-muted">{strategy.symbols.join(', ')}</span>}
          </div>
          {strategy.description !== '' && <p className="mt-1 max-w-[62ch] text-sm break-words whitespace-pre-line text-muted">{strategy.description}</p>}
          <p className="mt-1 text-[0.8125rem] text-muted">
            {isPrivate ? 'Yours alone' : `By ${strategy.publisher}`} · {following === 0 ? 'no account of yours follows it' : `${accountsText(following)} of yours ${following === 1 ? 'follows' : 'follow'} it`}
          </p>
        </div>
        {canManage && items.length > 0 && <Menu label={`More for ${strategy.name}`} items={items} />}
      </header>
      {strategy.stats !== null && <Stats stats={strategy.stats} />}
      {strategy.activations.length > 0 && (
        <ul aria-label={`Accounts that follow ${strategy.name}`} className="mt-4 divide-y divide-line border-t border-line">
          {strategy.activations.map((activation) => (
            <li key={activation.id}>
              <ActivationRow strategy={strategy} activation={activation} />
            </li>
          ))}
        </ul>
      )}
      <footer className={cx('flex flex-wrap items-center gap-2 border-t border-line px-4 py-3 sm:px-5', strategy.activations.length === 0 && 'mt-4')}>
        {canTrade && (
          <Button size="sm" look={strategy.activations.length === 0 ? 'primary' : 'quiet'} onClick={() => setDialog('activate')}>
            {strategy.activations.length === 0 ? 'Activate' : 'Add an account'}
          </Button>
        )}
        {showsSignals && (
          <Button size="sm" onClick={() => setDialog('signals')}>
            <Activity aria-hidden className="size-3.5" />
            Signals
          </Button>
        )}
        {hasAddress && (
          <Button size="sm" onClick={() => setDialog('address')}>
            <Link2 aria-hidden className="size-3.5" />
            Webhook URL
          </Button>
        )}
      </footer>
      {canTrade && <ActivateDialog strategy={strategy} open={dialog === 'activate'} onOpenChange={close} />}
      {url !== null && <AddressDialog strategy={strategy} url={url} open={dialog === 'address'} onOpenChange={close} />}
      {showsSignals && <SignalsDialog strategy={strategy} open={dialog === 'signals'} onOpenChange={close} />}
      {isPrivate && <EditDialog strategy={strategy} open={dialog === 'edit'} onOpenChange={close} />}
      {isPrivate && <DeleteStrategy strategy={strategy} open={dialog === 'delete'} onOpenChange={close} />}
      {hasAddress && <RegenerateAddress strategy={strategy} open={dialog === 'key'} onOpenChange={close} />}
    </article>
  );
}
