import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';
import { useCreateToken } from './queries';

type Scope = 'read' | 'trade' | 'admin';

const scopes: readonly (readonly [Scope, string])[] = [
  ['read', 'See accounts, positions, orders and logs'],
  ['trade', 'Close positions and cancel orders'],
  ['admin', 'Change accounts, keys and settings'],
];

// The clock of this device may be ahead of the server's, and a year is the most.
const lives = [7, 30, 90, 180, 364] as const;

export function CreateToken({ onDone }: { onDone: () => void }) {
  const { canTrade } = useUser();
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<ReadonlySet<Scope>>(new Set<Scope>(['read']));
  const problem = problemOf(create.error);
  const toggle = (scope: Scope): void =>
    setChosen((now) => (now.has(scope) ? new Set([...now].filter((s) => s !== scope)) : new Set([...now, scope])));

  if (create.data?.token)
    return (
      <Dialog open onOpenChange={(open) => !open && onDone()} title="Copy your token" description="It is shown only now. Treat it like a password.">
        <Secret masked={maskKey(create.data.token)} secret={create.data.token} what="the token" />
        <DialogActions>
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title="New token">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name: name.trim(), scopes: [...chosen], expires_at: new Date(Date.now() + days * 86_400_000).toISOString() });
        }}
      >
        {problem !== null && problem.fields['name'] === undefined && <Notice kind="error" problem={problem} />}
        <TextField label="What is it for?" required maxLength={80} errors={problem?.fields['name']} value={name} onChange={(e) => setName(e.target.value)} />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-[0.8125rem] font-medium">It may</legend>
          {scopes
            .filter(([scope]) => canTrade || scope === 'read')
            .map(([scope, text]) => (
              <label key={scope} className="flex cursor-pointer items-start gap-3 text-sm">
                <input type="checkbox" className="mt-0.5 size-4 accent-accent" checked={chosen.has(scope)} onChange={() => toggle(scope)} />
                <span>
                  <span className="font-medium">{scope}</span> <span className="text-muted">{text}</span>
                </span>
              </label>
            ))}
        </fieldset>
        <SelectField label="It ends after" help="Make a new one before that; there is no token without an end." value={days} onChange={(e) => setDays(Number(e.target.value))}>
          {lives.map((life) => (
            <option key={life} value={life}>
              {life} days
            </option>
          ))}
        </SelectField>
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={create.isPending} disabled={chosen.size === 0}>
            Make token
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
