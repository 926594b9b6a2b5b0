import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { CloudOff } from 'lucide-react';
import { confirmation } from '@/api/confirmation';
import { unreachable } from '@/api/problem';
import { Button } from './button';
import { cx } from './cx';
import { ProblemCode } from './notice';

/** Grey bars in the place of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-shimmer rounded-md bg-line', className)} />;
}

export function SkeletonRows({ rows = 5, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4 px-4 py-4 sm:px-5">
          <Skeleton className="size-8 rounded-lg" />
          <div className="flex grow flex-col gap-2">
            <Skeleton className={row % 2 === 0 ? 'h-3.5 w-40' : 'h-3.5 w-32'} />
            <Skeleton className="h-3 w-24" />
          </div>
          <Skeleton className="hidden h-3.5 w-20 sm:block" />
          <Skeleton className="h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}

export function Empty({ icon: Icon, title, children, action }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <span className="grid size-11 place-items-center rounded-xl border border-line bg-sunken text-muted">
        <Icon aria-hidden className="size-5" strokeWidth={1.75} />
      </span>
      <p className="mt-4 font-semibold">{title}</p>
      {children !== undefined && <p className="mt-1 max-w-sm text-sm text-pretty text-muted">{children}</p>}
      {action !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

export function LoadError({ error, onRetry, what }: { error: unknown; onRetry: () => void; what: string }) {
  const problem = unreachable(error);
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-12 text-center">
      <span className="grid size-11 place-items-center rounded-xl bg-down-soft text-down">
        <CloudOff aria-hidden className="size-5" strokeWidth={1.75} />
      </span>
      <p className="mt-4 font-semibold">{what} could not be loaded</p>
      <p className="mt-1 max-w-sm text-sm text-pretty text-muted">{problem.message}</p>
      <ProblemCode problem={problem} />
      <Button
        className="mt-5"
        onClick={() => {
          confirmation.askAgain();
          onRetry();
        }}
      >
        Try again
      </Button>
    </div>
  );
}
