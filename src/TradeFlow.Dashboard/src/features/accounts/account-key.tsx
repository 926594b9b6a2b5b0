import { useMutation } from '@tanstack/react-query';
import { Eye, EyeOff } from 'lucide-react';
import { useEffect } from 'react';
import type { Account } from '@/api/types';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { useToasts } from '@/ui/toast';
import { revealKey } from './queries';

const shownFor = 60_000;

/** The key of an account: masked, until someone asks for it. Each look is written to the audit log by the server. */
export function AccountKey({ account, canReveal }: { account: Account; canReveal: boolean }) {
  const toasts = useToasts();
  const { mutate, reset, data: secret, isPending } = useMutation({ mutationFn: revealKey });
  useEffect(() => {
    if (secret === undefined) return;
    const timer = setTimeout(reset, shownFor);
    return () => clearTimeout(timer);
  }, [secret, reset]);
  const Icon = secret === undefined ? Eye : EyeOff;

  return (
    <div className="flex flex-wrap items-center gap-2 rounded-b-2xl border-t border-line bg-sunken px-4 py-3 sm:px-5">
      <span className="text-xs text-faint">API key</span>
      <code className="min-w-0 grow basis-48 font-mono text-[0.8125rem] break-all">{secret ?? account.api_key ?? '—'}</code>
      {canReveal && (
        <span className="flex gap-2">
          <Button
            size="sm"
            busy={isPending}
            aria-label={`${secret === undefined ? 'Show' : 'Hide'} the API key of ${account.name}`}
            onClick={() => (secret === undefined ? mutate(account.id, { onError: toasts.problem }) : reset())}
          >
            {!isPending && <Icon aria-hidden className="size-3.5" />}
            {secret === undefined ? 'Show' : 'Hide'}
          </Button>
          <CopyButton what={`the API key of ${account.name}`} text={secret ?? (() => revealKey(account.id))} />
        </span>
      )}
    </div>
  );
}
