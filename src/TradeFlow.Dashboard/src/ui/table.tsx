import type { ComponentProps } from 'react';
import { cx } from './cx';

// Tables are for wide screens; a phone gets cards. The classes live here so that all of them line up alike.
export function Table({ label, className, ...table }: ComponentProps<'table'> & { label: string }) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className={cx('w-full border-collapse text-sm', className)} {...table} />
    </div>
  );
}

export const Th = ({ right = false, className, ...th }: ComponentProps<'th'> & { right?: boolean }) => (
  <th
    scope="col"
    className={cx('border-b border-line px-3 pt-1 pb-2.5 text-xs font-medium whitespace-nowrap text-faint first:pl-5 last:pr-5', right ? 'text-right' : 'text-left', className)}
    {...th}
  />
);

export const Td = ({ right = false, className, ...td }: ComponentProps<'td'> & { right?: boolean }) => (
  <td className={cx('px-3 py-3 align-middle first:pl-5 last:pr-5', right && 'text-right', className)} {...td} />
);
