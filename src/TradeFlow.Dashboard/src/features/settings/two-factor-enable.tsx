import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useRef, useState } from 'react';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { LoadError, Skeleton } from '@/ui/states';
import { useEnableTwoFactor, useSetUpTwoFactor } from './queries';

export function EnableTwoFactor({ onDone }: { onDone: () => void }) {
  const { mutate: begin, data: setup, error } = useSetUpTwoFactor();
  const enable = useEnableTwoFactor();
  const [code, setCode] = useState('');
  const begun = useRef(false);
  useEffect(() => {
    // Once: each set-up makes a new secret, and the second would make the first one useless.
    if (begun.current) return;
    begun.current = true;
    begin(undefined);
  }, [begin]);
  const problem = problemOf(enable.error);

  if (enable.data !== undefined) return <RecoveryCodes codes={enable.data.recovery_codes} onDone={onDone} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Set up two-factor log-in">
      {error !== null ? (
        <LoadError what="The set-up" error={error} onRetry={() => begin(undefined)} />
      ) : setup === undefined ? (
        <Skeleton className="h-40" />
      ) : (
        <form
          className="flex flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            enable.mutate(code.replaceAll(/\s/g, ''));
          }}
        >
          <div className="text-sm">
            <p>
              1. Scan this with your authenticator,{' '}
              <a href={setup.otpauth_uri} className="font-medium text-accent underline underline-offset-4">
                open it in the app on this device
              </a>
              , or type the key.
            </p>
            {/* Dark on white in both themes: many readers do not know the reverse. */}
            <QRCodeSVG value={setup.otpauth_uri} size={176} marginSize={4} title="QR code of the key" className="mx-auto mt-3 rounded-lg" />
            <div className="mt-2.5 flex flex-wrap items-center gap-2">
              <code className="min-w-0 grow rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-sm break-all">{grouped(setup.secret)}</code>
              <CopyButton what="the key" text={setup.secret} />
            </div>
          </div>
          <TextField
            label="2. Type the code that it shows"
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            errors={problem === null ? undefined : (problem.fields['totp'] ?? [problem.message])}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <DialogActions>
            <Button onClick={onDone}>Cancel</Button>
            <Button look="primary" type="submit" busy={enable.isPending}>
              Turn on
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

const grouped = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? secret;

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="Keep these recovery codes">
      <Notice kind="warning" title="They are shown only now.">
        Each works once, when your phone is not at hand. Keep them where your phone is not.
      </Notice>
      <ul aria-label="Recovery codes" className="my-4 grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-xl border border-line bg-sunken p-4 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex items-center justify-between gap-2">
        <CopyButton what="the recovery codes" label="Copy all" text={codes.join('\n')} />
        <Button look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </Dialog>
  );
}
