import type { Account } from '@/api/types';
import { useRegenerateKey } from './queries';
import { RenewKey } from './renew-key';

export function RegenerateKey({ account, open, onOpenChange }: { account: Account; open: boolean; onOpenChange: (open: boolean) => void }) {
  const renew = useRegenerateKey(account.id);
  return (
    <RenewKey what="API key" title="Regenerate API Key" name={account.name} renew={renew} open={open} onOpenChange={onOpenChange}>
      <p>
        The key <code className="font-mono text-ink">{account.api_key}</code> of <strong className="text-ink">{account.name}</strong> stops working at once.
        Every alert that uses it is refused until you change it.
      </p>
      <p className="font-medium text-ink">Update TradingView webhooks with new API key</p>
    </RenewKey>
  );
}
