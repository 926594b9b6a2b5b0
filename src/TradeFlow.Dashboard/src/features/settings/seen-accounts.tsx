import { useBrokers } from '@/app/broker-context';
import type { Seen } from './accounts-choice';

/** A member's accounts by their names. */
export function SeenAccounts({ seen }: { seen: Seen }) {
  const { account, known } = useBrokers();
  if (seen === null) return <>All accounts</>;
  const names = seen.flatMap((id) => account(id)?.name ?? []);
  const gone = known ? seen.length - names.length : 0;
  if (gone > 0) names.push(`${gone} removed`);
  return <>{names.length === 0 ? 'No account' : names.join(', ')}</>;
}
