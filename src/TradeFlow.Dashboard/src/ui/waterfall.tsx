import type { Stages } from '@/api/types';
import { cx } from './cx';
import { duration } from './format';
import { looks, segments, words } from './trace';

/** Where the time of a signal went, stage below stage, each where it began: blue is ours and amber is the broker's. */
export function Waterfall({ stages }: { stages: Stages | null | undefined }) {
  const parts = segments(stages);
  if (parts.length === 0) return <p className="text-sm text-muted">No timing was kept for this signal.</p>;
  const total = parts.reduce((sum, part) => sum + part.ms, 0);
  const rows = parts.map((part, index) => ({ ...part, from: (parts.slice(0, index).reduce((sum, earlier) => sum + earlier.ms, 0) / total) * 100 }));
  return (
    <ol className="flex flex-col gap-1.5 text-[0.8125rem]">
      {rows.map((part) => (
        <li key={part.name} className="grid grid-cols-[5.5rem_minmax(0,1fr)_4.5rem] items-center gap-3">
          <span className="text-muted">{words[part.name]}</span>
          <span aria-hidden className="relative h-2.5 overflow-hidden rounded-full bg-sunken">
            <span className={cx('absolute inset-y-0 min-w-[3px] rounded-full', looks[part.name])} style={{ left: `${Math.min(part.from, 99)}%`, width: `${(part.ms / total) * 100}%` }} />
          </span>
          <span className="text-right font-medium">{duration(part.ms)}</span>
        </li>
      ))}
    </ol>
  );
}
