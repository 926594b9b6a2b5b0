import { useQuery } from '@tanstack/react-query';
import { Radio } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Dialog, DialogActions } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { Panel } from '@/ui/panel';
import { maskKey, Secret } from '@/ui/secret';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { toasts } from '@/ui/toast';
import { strategiesQuery, usePublishStrategy, useRemoveStrategy, type Strategy } from './queries';

export function Strategies() {
  const strategies = useQuery(strategiesQuery());
  const [publishing, setPublishing] = useState(false);
  const button = (
    <Button look="primary" onClick={() => setPublishing(true)}>
      Publish a strategy
    </Button>
  );
  return (
    <>
      <div className="mb-4 flex justify-end">{(strategies.data?.length ?? 0) > 0 && button}</div>
      <Panel flush>
        {strategies.isPending ? (
          <SkeletonRows label="Loading strategies" />
        ) : strategies.isError ? (
          <LoadError what="Strategies" error={strategies.error} onRetry={() => void strategies.refetch()} />
        ) : strategies.data.length === 0 ? (
          <Empty icon={Radio} title="No strategy yet" action={button}>
            A published strategy shows to every tenant. A paper account keeps its record from the first signal on.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {strategies.data.map((strategy) => (
              <Row key={strategy.id} strategy={strategy} />
            ))}
          </ul>
        )}
      </Panel>
      <Dialog open={publishing} onOpenChange={setPublishing} title="Publish a strategy" description="Every tenant sees it and may follow it.">
        <PublishForm onDone={() => setPublishing(false)} />
      </Dialog>
    </>
  );
}

function Row({ strategy }: { strategy: Strategy }) {
  const [removing, setRemoving] = useState(false);
  const remove = useRemoveStrategy();
  const { webhook_url: url } = strategy;
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm sm:px-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <div className="min-w-0 grow basis-56">
          <p className="truncate font-medium">{strategy.name}</p>
          <p className="truncate text-[0.8125rem] text-muted">
            {strategy.publisher} · since <When at={strategy.created_at} />
          </p>
        </div>
        <Badge tone={strategy.visibility === 'public' ? 'accent' : 'neutral'}>{strategy.visibility}</Badge>
        <span className="text-muted">
          {strategy.accounts} {strategy.accounts === 1 ? 'account' : 'accounts'}
        </span>
        <span className="text-muted">
          {strategy.signals} {strategy.signals === 1 ? 'signal' : 'signals'}
        </span>
        {strategy.visibility === 'public' && (
          <Button size="sm" onClick={() => setRemoving(true)}>
            Take away
          </Button>
        )}
      </div>
      {url !== null && <Secret masked={url.slice(0, url.lastIndexOf('/') + 1) + maskKey(url.slice(url.lastIndexOf('/') + 1))} secret={url} what={`the webhook URL of ${strategy.name}`} />}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Take ${strategy.name} away?`}
        action="Take away"
        busy={remove.isPending}
        problem={problemOf(remove.error)}
        onConfirm={() => remove.mutate(strategy.id, { onSuccess: () => setRemoving(false) })}
      >
        <p>
          Its webhook URL ends: alerts that use it are refused, exits too. {strategy.accounts} {strategy.accounts === 1 ? 'account follows' : 'accounts follow'} it; positions stay
          open, for their owners to close.
        </p>
      </Confirm>
    </li>
  );
}

function PublishForm({ onDone }: { onDone: () => void }) {
  const publish = usePublishStrategy();
  const [draft, setDraft] = useState({ name: '', description: '', symbols: '' });
  const problem = problemOf(publish.error);
  const isAtField = problem !== null && ['name', 'description', 'symbols'].some((field) => problem.fields[field] !== undefined);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const symbols = draft.symbols.split(/[\s,]+/).filter((symbol) => symbol !== '');
        publish.mutate(
          { name: draft.name.trim(), description: draft.description.trim(), symbols, visibility: 'public' },
          {
            onSuccess: () => {
              onDone();
              toasts.success('Strategy published', 'Its webhook URL stands in the list.');
            },
          },
        );
      }}
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <TextField label="Name" required maxLength={60} errors={problem?.fields['name']} value={draft.name} onChange={(e) => setDraft({ ...draft, name: e.target.value })} />
      <TextField label="What it does" optional maxLength={1000} errors={problem?.fields['description']} value={draft.description} onChange={(e) => setDraft({ ...draft, description: e.target.value })} />
      <TextField label="Symbols" optional help="For people to read, such as EURUSD, NQ." errors={problem?.fields['symbols']} value={draft.symbols} onChange={(e) => setDraft({ ...draft, symbols: e.target.value })} />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={publish.isPending}>
          Publish
        </Button>
      </DialogActions>
    </form>
  );
}
