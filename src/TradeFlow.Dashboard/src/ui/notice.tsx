import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiProblem } from '@/api/problem';
import { cx } from './cx';

const kinds = {
  info: { look: 'border-accent-line bg-accent-soft', icon: Info, tint: 'text-accent' },
  success: { look: 'border-up/40 bg-up-soft', icon: CircleCheck, tint: 'text-up' },
  warning: { look: 'border-warn/40 bg-warn-soft', icon: TriangleAlert, tint: 'text-warn' },
  error: { look: 'border-down/40 bg-down-soft', icon: CircleAlert, tint: 'text-down' },
};

/** A message that stays in the page. With a problem it shows its words, its code and the request that support can look up. */
export function Notice({
  kind,
  title,
  problem,
  className,
  children,
}: {
  kind: keyof typeof kinds;
  title?: ReactNode;
  problem?: ApiProblem;
  className?: string;
  children?: ReactNode;
}) {
  const { look, icon: Icon, tint } = kinds[kind];
  const heading = title ?? problem?.title;
  return (
    <div role={kind === 'error' ? 'alert' : 'status'} className={cx('flex gap-3 rounded-xl border px-4 py-3 text-sm text-ink', look, className)}>
      <Icon aria-hidden className={cx('mt-0.5 size-4.5 shrink-0', tint)} />
      <div className="min-w-0 grow">
        {heading !== undefined && <p className="font-medium">{heading}</p>}
        {problem !== undefined && problem.message !== heading && <p className="text-muted">{problem.message}</p>}
        {children !== undefined && <div className={cx('text-muted', heading !== undefined && 'mt-0.5')}>{children}</div>}
        {problem !== undefined && <ProblemCode problem={problem} />}
      </div>
    </div>
  );
}

export function ProblemCode({ problem }: { problem: ApiProblem }) {
  return (
    <p className="mt-1.5 font-mono text-xs break-all text-faint">
      {problem.code}
      {problem.requestId !== null && ` · request ${problem.requestId}`}
    </p>
  );
}
