import { PencilLine, Unlink } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { ModeBadge } from '@/app/account-label';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Dialog, DialogActions } from '@/ui/dialog';
import { Menu } from '@/ui/menu';
import { Notice } from '@/ui/notice';
import { Switch } from '@/ui/switch';
import { toasts } from '@/ui/toast';
import { useChangeActivation, useDeactivate, type Activation, type Strategy } from './queries';
import { draftOf, SizeFields, sizingOf } from './size-fields';
import { sizeText } from './words';

/** One account that follows a strategy. */
export function ActivationRow({ strategy, activation }: { strategy: Strategy; activation: Activation }) {
  const { canTrade } = useUser();
  const { account } = useBrokers();
  const [dialog, setDialog] = useState<'size' | 'stop' | null>(null);
  const change = useChangeActivation(strategy.id, activation.id);
  const problem = problemOf(change.error);
  const found = account(activation.account_id);
  const name = found?.name ?? 'Account';
  const enabled = change.isPending ? (change.variables.enabled ?? activation.enabled) : activation.enabled;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 sm:px-5">
      <div className="min-w-0 grow basis-40">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate text-sm font-medium">{name}</span>
          {found !== undefined && <ModeBadge mode={found.mode} />}
          {activation.holds && <Badge tone="accent">in a position</Badge>}
          {!enabled && <Badge>{activation.holds ? 'exits only' : 'off'}</Badge>}
        </div>
        <p className="mt-0.5 text-[0.8125rem] text-muted">{sizeText(activation)}</p>
        {problem !== null && <Notice className="mt-2" kind="error" problem={problem} />}
      </div>
      {canTrade && (
        <>
          <Switch checked={enabled} label={`${strategy.name} on ${name}`} disabled={change.isPending} onChange={(checked) => change.mutate({ enabled: checked })} />
          <Menu
            label={`More for ${name}`}
            items={[
              { label: 'Change size', icon: PencilLine, onSelect: () => setDialog('size') },
              { label: 'Stop following', icon: Unlink, onSelect: () => setDialog('stop'), danger: true },
            ]}
          />
        </>
      )}
      <Dialog open={dialog === 'size'} onOpenChange={(open) => setDialog(open ? 'size' : null)} title={`Size on ${name}`} description={`Of the entries of ${strategy.name} from its next signal on.`}>
        <ResizeForm strategy={strategy} activation={activation} onDone={() => setDialog(null)} />
      </Dialog>
      <StopFollowing strategy={strategy} activation={activation} name={name} open={dialog === 'stop'} onOpenChange={(open) => setDialog(open ? 'stop' : null)} />
    </div>
  );
}

function ResizeForm({ strategy, activation, onDone }: { strategy: Strategy; activation: Activation; onDone: () => void }) {
  const change = useChangeActivation(strategy.id, activation.id);
  const [draft, setDraft] = useState(() => draftOf(activation));
  const problem = problemOf(change.error);
  const isAtField = problem !== null && (problem.fields['multiplier'] !== undefined || problem.fields['size'] !== undefined);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(sizingOf(draft), { onSuccess: onDone });
      }}
    >
      {problem !== null && !isAtField && <Notice kind="error" problem={problem} />}
      <SizeFields draft={draft} onChange={setDraft} fields={problem?.fields} />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" busy={change.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}

function StopFollowing({ strategy, activation, name, open, onOpenChange }: { strategy: Strategy; activation: Activation; name: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  const deactivate = useDeactivate(strategy.id, activation.id);
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Stop following ${strategy.name} on ${name}?`}
      action="Stop following"
      busy={deactivate.isPending}
      problem={problemOf(deactivate.error)}
      onConfirm={() =>
        deactivate.mutate(undefined, {
          onSuccess: () => {
            onOpenChange(false);
            toasts.success('Stopped', `${name} enters nothing more of ${strategy.name}.`);
          },
        })
      }
    >
      <p>Nothing more is entered on {name}.</p>
      {activation.holds && <p className="font-medium text-warn">It is in a position of this strategy. Exits still reach it until it is flat; close it by hand to be out now.</p>}
    </Confirm>
  );
}
