import type { ReactNode } from 'react';
import { cx } from './cx';

const tones = {
  neutral: 'bg-sunken text-muted ring-line',
  accent: 'bg-accent-soft text-accent ring-accent-line',
  up: 'bg-up-soft text-up ring-up/25',
  down: 'bg-down-soft text-down ring-down/25',
  warn: 'bg-warn-soft text-warn ring-warn/25',
};

export type Tone = keyof typeof tones;

export function Badge({ tone = 'neutral', dot = false, children }: { tone?: Tone; dot?: boolean; children: ReactNode }) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ring-1 ring-inset', tones[tone])}>
      {dot && <span aria-hidden className="size-1.5 rounded-full bg-current" />}
      {children}
    </span>
  );
}

export const SideBadge = ({ side }: { side: string }) => <Badge tone={side.toUpperCase() === 'BUY' ? 'up' : 'down'}>{side.toUpperCase()}</Badge>;
