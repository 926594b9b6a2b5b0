import { CircleCheck, CircleDashed, CloudOff, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { Overview } from '@/api/types';
import { useNow } from '@/app/use-now';
import { cx } from '@/ui/cx';
import { agoText } from '@/ui/time';

interface Look {
  icon: LucideIcon;
  tint: string;
  label: string;
}

const looks: Record<string, Look> = {
  ok: { icon: CircleCheck, tint: 'text-up', label: 'Connected' },
  late: { icon: TriangleAlert, tint: 'text-warn', label: 'Silent' },
  offline: { icon: CloudOff, tint: 'text-down', label: 'Offline' },
  error: { icon: CloudOff, tint: 'text-down', label: 'Cannot be read' },
  needs_reconnect: { icon: TriangleAlert, tint: 'text-down', label: 'Needs a new log-in' },
  pending: { icon: CircleDashed, tint: 'text-muted', label: 'Waiting for its first report' },
};
const unknown: Look = { icon: CircleDashed, tint: 'text-muted', label: 'Not known' };

/** How an account is, and when its broker was heard last. */
export function HealthLine({ account }: { account: Overview['accounts'][number] | undefined }) {
  const now = useNow(1_000);
  if (account === undefined) return null;
  const { icon: Icon, tint, label } = looks[account.health] ?? unknown;
  return (
    <span className="mt-1 flex items-center gap-1.5 text-[0.8125rem] text-muted" title={account.reason ?? undefined}>
      <Icon aria-hidden className={cx('size-3.5 shrink-0', tint)} strokeWidth={2} />
      <span className="truncate">
        {label}
        {account.last_heard_at !== null && `, last heard ${heard(account.last_heard_at, now)}`}
      </span>
    </span>
  );
}

// To the second: whether an account is alive is what this line is for.
function heard(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  return seconds < 60 ? `${seconds} s ago` : agoText(at, now);
}
