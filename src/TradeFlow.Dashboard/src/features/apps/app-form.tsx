import { useEffect, useRef, useState } from 'react';
import type { ApiProblem } from '@/api/problem';
import { scopeWords } from '@/app/scope-words';
import { Button } from '@/ui/button';
import { DialogActions } from '@/ui/dialog';
import { TextAreaField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { SwitchLine } from '@/ui/switch-line';
import type { NewApp } from './queries';

const scopes = ['openid', 'profile', 'offline_access', 'read', 'trade'] as const;
const atFields = ['name', 'redirect_uris', 'scopes'];

export function AppForm({ problem, busy, onCancel, onSave }: { problem: ApiProblem | null; busy: boolean; onCancel: () => void; onSave: (app: NewApp) => void }) {
  const [name, setName] = useState('');
  const [uris, setUris] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(['openid', 'read']));
  const [confidential, setConfidential] = useState(false);
  const [published, setPublished] = useState(true);
  const toggle = (scope: string): void => setChosen((now) => (now.has(scope) ? new Set([...now].filter((s) => s !== scope)) : new Set([...now, scope])));
  const isAtField = problem !== null && atFields.some((field) => problem.fields[field] !== undefined);
  const form = useRef<HTMLFormElement>(null);
  // What is refused anew has the focus anew: each refusal is a problem of its own.
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problem]);
  const scopeFault = problem?.fields['scopes'];
  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSave({
          name: name.trim(),
          redirect_uris: uris.split(/\s+/).filter((uri) => uri !== ''),
          scopes: scopes.filter((scope) => chosen.has(scope)),
          confidential,
          published,
        });
      }}
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <TextField label="Name" required maxLength={100} errors={problem?.fields['name']} value={name} onChange={(event) => setName(event.target.value)} />
      <TextAreaField
        label="Redirect addresses"
        optional={confidential}
        rows={3}
        spellCheck={false}
        placeholder="https://example.com/callback"
        help="One a line, compared exactly: https, or http to this machine itself. At most ten."
        errors={problem?.fields['redirect_uris']}
        value={uris}
        onChange={(event) => setUris(event.target.value)}
      />
      <fieldset className="flex flex-col gap-2" aria-describedby={scopeFault === undefined ? undefined : 'app-scopes-error'}>
        <legend className="mb-1.5 text-[0.8125rem] font-medium">It may ask for</legend>
        {scopes.map((scope) => (
          <label key={scope} className="flex cursor-pointer items-start gap-3 text-sm">
            <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" checked={chosen.has(scope)} onChange={() => toggle(scope)} />
            <span className="min-w-0">
              <span className="font-medium">{scope}</span> <span className="text-muted">{scopeWords(scope)}</span>
            </span>
          </label>
        ))}
        {scopeFault !== undefined && (
          <p id="app-scopes-error" className="text-[0.8125rem] font-medium text-down">
            {scopeFault.join(' ')}
          </p>
        )}
      </fieldset>
      <SwitchLine
        label="Keeps a secret"
        text="For a program on a server. It gets a client secret, and may act for this workspace without a person. Leave it off for programs on people's machines."
        on={confidential}
        onChange={setConfidential}
      />
      <SwitchLine label="Open to other workspaces" text="People of any workspace may let it in. Off: only those of this one." on={published} onChange={setPublished} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" busy={busy}>
          Make app
        </Button>
      </DialogActions>
    </form>
  );
}
