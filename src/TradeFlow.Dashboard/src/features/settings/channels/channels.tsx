import { useQuery } from '@tanstack/react-query';
import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import type { Channel } from '@/api/types';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Confirm } from '@/ui/confirm';
import { Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { deviceName } from '../device-name';
import { ChannelForm } from './channel-form';
import { ChannelRow } from './channel-row';
import { Deliveries } from './deliveries';
import type { Subscription } from './push';
import { PushHere } from './push-here';
import { channelsQuery, useSaveChannels } from './queries';
import { kindName, shownTarget, type Kind } from './words';

type Editing = { channel: Channel } | { kind: Kind; target: string; subscription?: Subscription };

export function Channels() {
  const { user } = useUser();
  const channels = useQuery(channelsQuery());
  const [editing, setEditing] = useState<Editing | null>(null);
  const [removing, setRemoving] = useState<Channel | null>(null);
  const add = (kind: Kind, target = ''): void => setEditing({ kind, target });
  const push = (all: readonly Channel[]) => (
    <PushHere channels={all} onSubscribed={(subscription) => setEditing({ kind: 'push', target: deviceName(navigator.userAgent), subscription })} />
  );
  return (
    <Panel
      flush
      title="Notifications"
      description="Where you are told what happens while nobody looks."
      actions={
        <Button size="sm" onClick={() => add('email', channels.data?.length === 0 ? user.email : '')}>
          <Plus aria-hidden className="size-3.5" />
          Add channel
        </Button>
      }
    >
      {channels.isPending ? (
        <SkeletonRows label="Loading channels" rows={2} />
      ) : channels.isError ? (
        <LoadError what="Channels" error={channels.error} onRetry={() => void channels.refetch()} />
      ) : channels.data.length === 0 ? (
        <>
          <Empty
            icon={BellRing}
            title="Nobody is told outside of this page"
            action={
              <>
                <Button look="primary" onClick={() => add('email', user.email)}>
                  Send mails to me
                </Button>
                <Button onClick={() => add('telegram')}>Use Telegram</Button>
              </>
            }
          >
            An exit that fails at night should reach you. Add an e-mail address, a Telegram chat, a Discord channel or an address of your own.
          </Empty>
          {push([])}
        </>
      ) : (
        <>
          <ul aria-label="Channels" className="divide-y divide-line border-t border-line">
            {channels.data.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} onEdit={() => setEditing({ channel })} onRemove={() => setRemoving(channel)} />
            ))}
          </ul>
          {push(channels.data)}
          <Deliveries channels={channels.data} />
        </>
      )}
      {editing !== null && <ChannelForm {...editing} onDone={() => setEditing(null)} />}
      {removing !== null && <RemoveChannel channel={removing} onDone={() => setRemoving(null)} />}
    </Panel>
  );
}

function RemoveChannel({ channel, onDone }: { channel: Channel; onDone: () => void }) {
  const save = useSaveChannels();
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onDone()}
      title={`Remove ${kindName(channel.kind)} ${shownTarget(channel)}?`}
      action="Remove channel"
      busy={save.isPending}
      problem={problemOf(save.error)}
      onConfirm={() => save.mutate((now) => now.filter(({ id }) => id !== channel.id), { onSuccess: onDone })}
    >
      <p>Nothing more is sent there, and what waits is dropped.</p>
    </Confirm>
  );
}
