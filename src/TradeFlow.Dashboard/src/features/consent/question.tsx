import { useQuery } from '@tanstack/react-query';
import { Check, TriangleAlert } from 'lucide-react';
import { problemOf } from '@/api/problem';
import { scopeWords } from '@/app/scope-words';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { LoadError, SkeletonRows } from '@/ui/states';
import { consentQuery, useChooseTenant, useDecide } from './queries';

/** What a program asks for, of which workspace, and the two answers. */
export function Question({ request, leave, reload }: { request: string; leave: (url: string) => void; reload: () => void }) {
  const { user, canTrade } = useUser();
  const asked = useQuery(consentQuery(request));
  const decide = useDecide(request, leave);
  const choose = useChooseTenant(reload);
  const problem = problemOf(decide.error) ?? problemOf(choose.error);
  if (asked.isPending) return <SkeletonRows label="Loading what the app asks for" rows={4} />;
  if (asked.isError)
    return problemOf(asked.error)?.code === 'not_found' ? (
      <Notice className="mt-6" kind="error" title="No app is asking for anything here.">
        Go back to the app and connect it again. An app of another workspace may not be open to yours.
      </Notice>
    ) : (
      <LoadError what="The request" error={asked.error} onRetry={() => void asked.refetch()} />
    );

  const { name, publisher, own, redirect_host, scopes } = asked.data;
  const wantsTrade = scopes.includes('trade');
  return (
    <div className="mt-6 flex flex-col gap-5">
      <div>
        <h1 className="text-xl font-semibold tracking-[-0.012em] text-balance break-words">Let {name} in?</h1>
        <p className="mt-1.5 text-sm text-muted">
          {own ? 'Made by your own workspace.' : <>Made by the workspace “{publisher}”, which is not TradeFlow.</>} You are signed in as {user.email}.
        </p>
      </div>
      <ul className="flex flex-col gap-2.5 text-sm" aria-label="It could">
        {scopes.map((scope) => (
          <li key={scope} className="flex items-start gap-2.5">
            {scope === 'trade' ? (
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            ) : (
              <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
            )}
            {scopeWords(scope)}
          </li>
        ))}
      </ul>
      {wantsTrade && !canTrade && <Notice kind="info" title="You are a viewer here: it could only look, as you can." />}
      {user.tenants.length > 1 ? (
        <SelectField
          label="In which workspace"
          help="It gets into this one and no other."
          value={user.tenant.id}
          disabled={choose.isPending}
          onChange={(event) => choose.mutate(event.target.value)}
        >
          {user.tenants.map((tenant) => (
            <option key={tenant.id} value={tenant.id}>
              {tenant.name} ({tenant.role})
            </option>
          ))}
        </SelectField>
      ) : (
        <p className="text-sm">
          In your workspace <strong className="font-medium">{user.tenant.name}</strong>, and no other.
        </p>
      )}
      {problem !== null && <Notice kind="error" problem={problem} />}
      <div className="flex flex-col-reverse gap-2 sm:flex-row">
        <Button className="grow" disabled={decide.isPending} onClick={() => decide.mutate(false)}>
          Refuse
        </Button>
        <Button className="grow" look="primary" busy={decide.isPending} onClick={() => decide.mutate(true)}>
          Let it in
        </Button>
      </div>
      <p className="text-[0.8125rem] text-muted">
        Then you go on to <span className="font-mono text-xs break-all">{redirect_host}</span>. You can take it back in Settings, under “Connected apps”.
      </p>
    </div>
  );
}
