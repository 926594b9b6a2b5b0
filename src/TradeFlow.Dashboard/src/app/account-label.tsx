import { Badge } from '@/ui/badge';
import { useAccountNames } from './broker-context';

export const ModeBadge = ({ mode }: { mode: string }) => <Badge tone={mode === 'live' ? 'warn' : 'neutral'}>{mode === 'live' ? 'Live money' : mode}</Badge>;

/** The name of an account where only its id is at hand; an account that is gone still has history. */
export function AccountLabel({ id, broker }: { id: string | null | undefined; broker: string }) {
  const { nameOf, brokerName, known } = useAccountNames();
  return <span className="truncate">{nameOf(id) ?? (known ? `${brokerName(broker)} (removed)` : brokerName(broker))}</span>;
}
