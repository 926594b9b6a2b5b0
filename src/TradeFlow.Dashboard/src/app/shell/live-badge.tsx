import type { LiveStatus } from '@/api/live-socket';
import { cx } from '@/ui/cx';
import { useLive } from '../live-context';

const texts: Record<LiveStatus, { label: string; help: string; dot: string }> = {
  live: { label: 'Live', help: 'Prices and positions arrive as they happen.', dot: 'bg-up' },
  connecting: { label: 'Connecting', help: 'The live connection is being opened.', dot: 'bg-warn' },
  offline: { label: 'Not connected', help: 'The live connection is down. The page tries again by itself.', dot: 'bg-down' },
};

export function LiveBadge() {
  const { label, help, dot } = texts[useLive()];
  return (
    <span role="status" title={help} className="inline-flex items-center gap-2 text-[0.8125rem] text-muted">
      <span aria-hidden className={cx('size-2 rounded-full', dot)} />
      {label}
      <span className="sr-only">: {help}</span>
    </span>
  );
}
