import { Check as CheckIcon, X } from 'lucide-react';
import type { Check } from '@/api/types';
import { cx } from '@/ui/cx';
import { quantity } from '@/ui/format';

/** The verdict of one check of a signal. */
export function CheckLine({ check }: { check: Check }) {
  const Icon = check.passed ? CheckIcon : X;
  return (
    <li className="flex items-start gap-2.5 text-sm">
      <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', check.passed ? 'text-up' : 'text-down')} strokeWidth={2.25} />
      <span className="min-w-0">
        <span className="sr-only">{check.passed ? 'Passed: ' : 'Failed: '}</span>
        {check.message ?? <code className="font-mono text-[0.8125rem]">{check.code}</code>}
        {check.limit != null && check.value != null && (
          <span className="text-muted">
            : {quantity(check.value)} of {quantity(check.limit)}
          </span>
        )}
        {check.message != null && <code className="ml-1 font-mono text-xs text-faint">{check.code}</code>}
      </span>
    </li>
  );
}
