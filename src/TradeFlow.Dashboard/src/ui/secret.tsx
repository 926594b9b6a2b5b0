import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button';
import { CopyButton } from './copy-button';

/** A secret that is shown only on request. `masked` is what may be seen by someone looking over the shoulder. */
export function Secret({ masked, secret, what }: { masked: string; secret: string; what: string }) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <code className="min-w-0 grow basis-56 rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-[0.8125rem] leading-snug break-all">
        {shown ? secret : masked}
      </code>
      <Button size="sm" aria-pressed={shown} aria-label={`${shown ? 'Hide' : 'Show'} ${what}`} onClick={() => setShown(!shown)}>
        <Icon aria-hidden className="size-3.5" />
        {shown ? 'Hide' : 'Show'}
      </Button>
      <CopyButton what={what} text={secret} />
    </div>
  );
}

/** The first 6 and the last 6 characters, as the server masks keys in lists. */
export const maskKey = (key: string): string => (key.length <= 12 ? '****' : `${key.slice(0, 6)}****${key.slice(-6)}`);
