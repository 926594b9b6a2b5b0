import { useMutation } from '@tanstack/react-query';
import { Eye, EyeOff } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { toasts } from '@/ui/toast';

const shownFor = 60_000;

/** A key: masked, until someone asks for it. Each look is written to the audit log by the server. */
export function KeyLine({
  label,
  what,
  masked,
  reveal,
  canReveal,
  children,
}: {
  label: string;
  what: string;
  masked: string;
  reveal: () => Promise<string>;
  canReveal: boolean;
  children?: ReactNode;
}) {
  const { mutate, reset, data: secret, isPending } = useMutation({ mutationFn: reveal });
  useEffect(() => {
    if (secret === undefined) return;
    const timer = setTimeout(reset, shownFor);
    return () => clearTimeout(timer);
  }, [secret, reset]);
  const Icon = secret === undefined ? Eye : EyeOff;

  return (
    <div className="flex flex-wrap items-center gap-2 rounded-b-2xl border-t border-line bg-sunken px-4 py-3 sm:px-5">
      <span className="text-xs text-faint">{label}</span>
      <code className="min-w-0 grow basis-48 font-mono text-[0.8125rem] break-all">{secret ?? masked}</code>
      {canReveal && (
        <span className="flex flex-wrap gap-2">
          <Button
            size="sm"
            busy={isPending}
            aria-label={`${secret === undefined ? 'Show' : 'Hide'} ${what}`}
            onClick={() => (secret === undefined ? mutate(undefined, { onError: toasts.problem }) : reset())}
          >
            {!isPending && <Icon aria-hidden className="size-3.5" />}
            {secret === undefined ? 'Show' : 'Hide'}
          </Button>
          <CopyButton what={what} text={secret ?? reveal} />
          {children}
        </span>
      )}
    </div>
  );
}
