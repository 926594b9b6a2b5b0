import type { Account } from '@/api/types';
import { KeyLine } from './key-line';
import { revealKey } from './queries';

/** The key of an account's alerts. */
export function AccountKey({ account, canReveal }: { account: Account; canReveal: boolean }) {
  return (
    <KeyLine
      label="API key"
      what={`the API key of ${account.name}`}
      masked={account.api_key ?? '—'}
      reveal={() => revealKey(account.id)}
      canReveal={canReveal}
    />
  );
}
