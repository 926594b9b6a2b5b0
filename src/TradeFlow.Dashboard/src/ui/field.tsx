import { useId, useState, type ComponentProps, type ReactNode } from 'react';
import { ChevronDown, Eye, EyeOff } from 'lucide-react';
import { cx } from './cx';

const control =
  'w-full min-w-0 rounded-lg border border-line-strong bg-surface text-ink placeholder:text-faint transition-colors hover:border-faint ' +
  'aria-invalid:border-down disabled:cursor-not-allowed disabled:opacity-60 text-base sm:text-sm';

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  errors?: readonly string[] | undefined;
  optional?: boolean;
  className?: string | undefined;
}

function Frame({ id, label, help, errors = [], optional = false, className, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-2 text-[0.8125rem] font-medium text-ink">
        <span>{label}</span>
        {optional && <span className="text-xs font-normal text-faint">optional</span>}
      </label>
      {children}
      {help !== undefined && errors.length === 0 && (
        <p id={`${id}-help`} className="text-[0.8125rem] text-muted">
          {help}
        </p>
      )}
      {errors.length > 0 && (
        <p id={`${id}-error`} className="text-[0.8125rem] font-medium text-down">
          {errors.join(' ')}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, { help, errors = [] }: Pick<FieldProps, 'help' | 'errors'>): string | undefined =>
  errors.length > 0 ? `${id}-error` : help === undefined ? undefined : `${id}-help`;

export function TextField({ label, help, errors, optional, className, ...input }: FieldProps & Omit<ComponentProps<'input'>, 'className'>) {
  const id = useId();
  const frame = { label, help, errors, optional, className };
  return (
    <Frame id={id} {...frame}>
      <input
        id={id}
        className={cx(control, 'h-10 px-3')}
        aria-invalid={(errors?.length ?? 0) > 0 || undefined}
        aria-describedby={describedBy(id, frame)}
        {...input}
      />
    </Frame>
  );
}

export function PasswordField({ label, help, errors, optional, className, ...input }: FieldProps & Omit<ComponentProps<'input'>, 'className' | 'type'>) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const frame = { label, help, errors, optional, className };
  const Icon = shown ? EyeOff : Eye;
  return (
    <Frame id={id} {...frame}>
      <div className="relative">
        <input
          id={id}
          type={shown ? 'text' : 'password'}
          className={cx(control, 'h-10 pr-11 pl-3')}
          aria-invalid={(errors?.length ?? 0) > 0 || undefined}
          aria-describedby={describedBy(id, frame)}
          autoCapitalize="none"
          spellCheck={false}
          {...input}
        />
        <button
          type="button"
          aria-label={shown ? 'Hide what is typed' : 'Show what is typed'}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-lg text-faint hover:text-ink"
        >
          <Icon aria-hidden className="size-4" />
        </button>
      </div>
    </Frame>
  );
}

export function SelectField({
  label,
  help,
  errors,
  optional,
  className,
  children,
  ...select
}: FieldProps & Omit<ComponentProps<'select'>, 'className'>) {
  const id = useId();
  const frame = { label, help, errors, optional, className };
  return (
    <Frame id={id} {...frame}>
      <div className="relative">
        <select
          id={id}
          className={cx(control, 'h-10 appearance-none pr-9 pl-3')}
          aria-invalid={(errors?.length ?? 0) > 0 || undefined}
          aria-describedby={describedBy(id, frame)}
          {...select}
        >
          {children}
        </select>
        <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-faint" />
      </div>
    </Frame>
  );
}

export function TextAreaField({ label, help, errors, optional, className, ...area }: FieldProps & Omit<ComponentProps<'textarea'>, 'className'>) {
  const id = useId();
  const frame = { label, help, errors, optional, className };
  return (
    <Frame id={id} {...frame}>
      <textarea
        id={id}
        className={cx(control, 'px-3 py-2 font-mono text-[0.8125rem]! leading-relaxed')}
        aria-invalid={(errors?.length ?? 0) > 0 || undefined}
        aria-describedby={describedBy(id, frame)}
        spellCheck={false}
        {...area}
      />
    </Frame>
  );
}
