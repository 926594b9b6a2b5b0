import type { Stages } from '@/api/types';
import { cx } from './cx';
import { duration } from './format';

// In the order of time: a signal is recorded before it is sent to the broker.
const names = ['receive', 'decide', 'record', 'queue', 'broker'] as const;
type Stage = (typeof names)[number];

export const looks: Record<Stage, string> = {
  receive: 'bg-accent/35',
  decide: 'bg-accent/60',
  queue: 'bg-accent/35',
  broker: 'bg-venue',
  record: 'bg-accent',
};

export const words: Record<Stage, string> = { receive: 'received', decide: 'decided', queue: 'waited', broker: 'broker', record: 'recorded' };

interface Segment {
  name: Stage;
  ms: number;
}

export function segments(stages: Stages | null | undefined): Segment[] {
  return names.flatMap((name) => {
    const ms = stages?.[name];
    return typeof ms === 'number' && ms > 0 ? [{ name, ms }] : [];
  });
}

/**
 * Where the time of a signal went, in its order. Blue is ours and amber is the broker's, so "who was slow" is one look. Every stage keeps a
 * sliver, however short it was.
 */
export function Trace({ stages, className }: { stages: Stages | null | undefined; className?: string }) {
  const parts = segments(stages);
  const label = parts.length === 0 ? 'No timing' : parts.map((p) => `${words[p.name]} ${duration(p.ms)}`).join(', ');
  return (
    <span role="img" aria-label={label} title={label} className={cx('flex h-1.5 w-full gap-px overflow-hidden rounded-full bg-line', className)}>
      {parts.map((part) => (
        <span key={part.name} className={cx('min-w-[3px]', looks[part.name])} style={{ flexGrow: part.ms }} />
      ))}
    </span>
  );
}
