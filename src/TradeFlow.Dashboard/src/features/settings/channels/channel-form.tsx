import { useId, useState } from 'react';
import { problemOf, type ApiProblem } from '@/api/problem';
import type { Channel, ChannelInput } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog, DialogActions } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { maskKey, Secret } from '@/ui/secret';
import { Switch } from '@/ui/switch';
import { toasts } from '@/ui/toast';
import { zoneName } from '@/ui/time';
import { EventBoxes } from './event-boxes';
import type { Subscription } from './push';
import { useSaveChannels } from './queries';
import { events, kinds, type Kind } from './words';

type Props = { onDone: () => void } & ({ channel: Channel } | { kind: Kind; target: string; subscription?: Subscription });

/** Everything but the trades that went well: those would be many. */
const wanted = events.map(([event]) => event).filter((event) => event !== 'trade.closed');

const draftOf = (props: Props): ChannelInput =>
  'channel' in props
    ? props.channel
    : {
        kind: props.kind,
        target: props.target,
        subscription: props.subscription ?? null,
        enabled: true,
        events: wanted,
        quiet_from: null,
        quiet_to: null,
        time_zone: zoneName('local'),
      };

export function ChannelForm(props: Props) {
  const { onDone } = props;
  const before = 'channel' in props ? props.channel : null;
  const [draft, setDraft] = useState(() => draftOf(props));
  const save = useSaveChannels();
  const change = (part: Partial<ChannelInput>): void => setDraft((now) => ({ ...now, ...part }));
  const kind = kinds[draft.kind as Kind];
  const { own, other } = faults(problemOf(save.error));

  const secret = save.data?.channels.find((channel) => channel.secret)?.secret;
  if (secret) return <MadeSecret secret={secret} onDone={onDone} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onDone()} title={before === null ? 'Add channel' : `Edit ${kind.name}`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const { kind, target, subscription, enabled, events, quiet_from, quiet_to, time_zone, id } = draft;
          const own = before !== null ? { id } : subscription != null ? { subscription } : {};
          const sent = { ...own, kind, target, enabled, events, quiet_from, quiet_to, time_zone } as ChannelInput;
          save.mutate((now) => (before === null ? [...now, sent] : now.map((one) => (one.id === before.id ? sent : one))), {
            onSuccess: ({ channels }) => {
              toasts.success(before === null ? 'Channel added' : 'Channel saved');
              if (!channels.some((channel) => channel.secret)) onDone();
            },
          });
        }}
      >
        {other !== null && <Notice kind="error" problem={other} />}
        {before === null && draft.kind !== 'push' && (
          <SelectField label="Kind" value={draft.kind ?? 'email'} errors={own['kind']} onChange={(e) => change({ kind: e.target.value, target: '' })}>
            {Object.entries(kinds).filter(([value]) => value !== 'push').map(([value, { name }]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <TextField
          label={kind.target}
          help={kind.help}
          placeholder={kind.placeholder}
          required
          autoComplete="off"
          inputMode={draft.kind === 'email' ? 'email' : 'text'}
          errors={own['target']}
          value={draft.target ?? ''}
          onChange={(e) => change({ target: e.target.value })}
        />
        <EventBoxes chosen={draft.events ?? []} errors={own['events']} onChange={(chosen) => change({ events: chosen })} />
        <QuietHours draft={draft} faults={own} onChange={change} />
        {before !== null && (
          <div className="flex items-center justify-between gap-4 text-sm">
            <span>Send to this channel</span>
            <Switch label="Send to this channel" checked={draft.enabled !== false} onChange={(enabled) => change({ enabled })} />
          </div>
        )}
        <DialogActions>
          <Button onClick={onDone}>Cancel</Button>
          <Button look="primary" type="submit" busy={save.isPending} disabled={(draft.events ?? []).length === 0}>
            {before === null ? 'Add channel' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function QuietHours({
  draft,
  faults: own,
  onChange,
}: {
  draft: ChannelInput;
  faults: Record<string, readonly string[]>;
  onChange: (part: Partial<ChannelInput>) => void;
}) {
  const list = useId();
  const quiet = draft.quiet_from !== null && draft.quiet_from !== undefined;
  return (
    <fieldset className="flex flex-col gap-3">
      <label className="flex cursor-pointer items-start gap-3 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={quiet}
          onChange={() => onChange(quiet ? { quiet_from: null, quiet_to: null } : { quiet_from: '22:00', quiet_to: '07:00' })}
        />
        <span>
          <span className="font-medium">Quiet hours</span>
          <span className="block text-[0.8125rem] text-muted">
            What comes in them waits until they end. For what has to wake you, add a second channel without them.
          </span>
        </span>
      </label>
      {quiet && (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-[1fr_1fr_2fr]">
          <TextField label="From" type="time" required errors={own['quiet_from']} value={draft.quiet_from ?? ''} onChange={(e) => onChange({ quiet_from: e.target.value })} />
          <TextField label="Until" type="time" required errors={own['quiet_to']} value={draft.quiet_to ?? ''} onChange={(e) => onChange({ quiet_to: e.target.value })} />
          <TextField
            label="Time zone"
            required
            list={list}
            autoComplete="off"
            className="col-span-2 sm:col-span-1"
            errors={own['time_zone']}
            value={draft.time_zone ?? ''}
            onChange={(e) => onChange({ time_zone: e.target.value })}
          />
          <datalist id={list}>
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
          </datalist>
        </div>
      )}
    </fieldset>
  );
}

function MadeSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Copy the secret"
      description="By it your receiver knows that a message is ours (standard-webhooks). It is shown only now."
    >
      <Secret masked={maskKey(secret)} secret={secret} what="the secret" />
      <DialogActions>
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The server names a fault by its place in the whole list; only this channel is being changed, so the place does not matter. */
function faults(problem: ApiProblem | null): { own: Record<string, readonly string[]>; other: ApiProblem | null } {
  const own = Object.fromEntries(
    Object.entries(problem?.fields ?? {}).flatMap(([path, words]) => {
      const field = /^channels\[\d+\]\.(\w+)$/.exec(path)?.[1];
      return field === undefined ? [] : [[field, words] as const];
    }),
  );
  return { own, other: Object.keys(own).length > 0 ? null : problem };
}
