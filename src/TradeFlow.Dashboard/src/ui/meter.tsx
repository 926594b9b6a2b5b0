import { cx } from './cx';

/** How much of a limit is used; without a limit only the number. */
export function Meter({ name, used, limit, format = String }: { name: string; used: number; limit: number | null; format?: (amount: number) => string }) {
  const text = limit === null ? `${format(used)}, unlimited` : `${format(used)} of ${format(limit)}`;
  const full = limit !== null && used >= limit;
  return (
    <div className="min-w-0">
      <p className="flex items-baseline justify-between gap-3 text-sm">
        <span className="text-muted">{name}</span>
        <span className={cx('font-medium', full && 'text-warn')}>{text}</span>
      </p>
      {limit !== null && (
        <div
          role="meter"
          aria-label={name}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(used, limit)}
          aria-valuetext={text}
          className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
        >
          <div className={cx('h-full rounded-full', full ? 'bg-warn' : 'bg-accent')} style={{ width: `${limit === 0 ? 100 : Math.min(100, (used / limit) * 100)}%` }} />
        </div>
      )}
    </div>
  );
}
