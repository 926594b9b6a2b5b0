import type { ComponentProps } from 'react';
import { LoaderCircle } from 'lucide-react';
import { cx } from './cx';

type Look = 'primary' | 'quiet' | 'ghost' | 'danger' | 'danger-quiet';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover',
  quiet: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  ghost: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'bg-danger text-white hover:bg-danger-hover',
  'danger-quiet': 'border border-line-strong bg-surface text-down hover:border-down hover:bg-down-soft',
};

const sizes = {
  sm: 'h-8 gap-1.5 px-2.5 text-[0.8125rem]',
  md: 'h-10 gap-2 px-4 text-sm',
  icon: 'size-9 justify-center',
};

export function Button({
  look = 'quiet',
  size = 'md',
  busy = false,
  className,
  children,
  disabled,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { look?: Look; size?: keyof typeof sizes; busy?: boolean }) {
  return (
    <button
      // The type is a parameter with a safe default.
      // oxlint-disable-next-line react/button-has-type
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-lg font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-50',
        looks[look],
        sizes[size],
        className,
      )}
      {...rest}
    >
      {busy && <LoaderCircle aria-hidden className="size-4 animate-spin" />}
      {children}
    </button>
  );
}
