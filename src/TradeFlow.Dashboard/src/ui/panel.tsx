import type { ReactNode } from 'react';
import { cx } from './cx';
import { usePageTitle } from './page-title';

export function Panel({
  title,
  description,
  actions,
  children,
  className,
  flush = false,
}: {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
  flush?: boolean;
}) {
  return (
    <section className={cx('min-w-0 rounded-2xl border border-line bg-surface', className)}>
      {title !== undefined && (
        <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 pt-4 pb-3 sm:px-5">
          <div className="min-w-0 grow">
            <h2 className="text-[0.9375rem] font-semibold">{title}</h2>
            {description !== undefined && <p className="mt-0.5 text-[0.8125rem] text-muted">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={cx(!flush && 'px-4 pb-4 sm:px-5 sm:pb-5', !flush && title === undefined && 'pt-4 sm:pt-5')}>{children}</div>
    </section>
  );
}

export function PageHeader({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  usePageTitle(title);
  return (
    <header className="mb-5 flex flex-wrap items-end gap-x-6 gap-y-3 sm:mb-7">
      <div className="min-w-0 grow">
        <h1 className="text-2xl leading-tight font-semibold tracking-[-0.012em]">{title}</h1>
        {children !== undefined && <p className="mt-1 max-w-[62ch] text-sm text-pretty text-muted">{children}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
