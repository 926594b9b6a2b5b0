import { AppWindow, Hash, Mail, Pencil, Send, Trash2, Webhook, type LucideIcon } from 'lucide-react';
import { unreachable } from '@/api/problem';
import type { Channel } from '@/api/types';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { useTestChannel } from './queries';
import { events, kindName, quietText, shownTarget } from './words';

const icons: Record<string, LucideIcon> = { email: Mail, telegram: Send, discord: Hash, webhook: Webhook, push: AppWindow };

export function ChannelRow({ channel, onEdit, onRemove }: { channel: Channel; onEdit: () => void; onRemove: () => void }) {
  const test = useTestChannel();
  const Icon = icons[channel.kind] ?? Webhook;
  const name = `${kindName(channel.kind)} ${shownTarget(channel)}`;
  const quiet = quietText(channel);
  const told = channel.events.length === events.length ? 'All events' : `${channel.events.length} of ${events.length} events`;
  return (
    <li className="flex flex-col gap-3 px-4 py-3 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
        <Icon aria-hidden className="size-4 shrink-0 text-faint" />
        <div className="min-w-0 grow basis-48">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{kindName(channel.kind)}</span>
            {!channel.enabled && <Badge>Off</Badge>}
          </p>
          <p className="truncate text-[0.8125rem] text-muted" title={shownTarget(channel)}>
            {shownTarget(channel)}
          </p>
          <p className="text-[0.8125rem] text-faint">
            {told}
            {quiet !== null && <> · {quiet}</>}
          </p>
        </div>
        <div className="flex items-center gap-1">
          <Button size="sm" busy={test.isPending} aria-label={`Send a test to ${name}`} onClick={() => test.mutate(channel.id)}>
            Test
          </Button>
          <Button look="ghost" size="icon" aria-label={`Edit ${name}`} onClick={onEdit}>
            <Pencil aria-hidden className="size-4" />
          </Button>
          <Button look="ghost" size="icon" aria-label={`Remove ${name}`} onClick={onRemove}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
      </div>
      {test.isError ? (
        <Notice kind="error" problem={unreachable(test.error)} />
      ) : (
        test.data !== undefined && !test.isPending && <Tested delivered={test.data.delivered} error={test.data.error} />
      )}
    </li>
  );
}

function Tested({ delivered, error }: { delivered: boolean | null; error: string | null }) {
  if (delivered === true) return <Notice kind="success" title="The test was delivered." />;
  if (delivered === false) return <Notice kind="error" title="The test did not arrive.">{error}</Notice>;
  return <Notice kind="info" title="The test is under way. How it ends is told below." />;
}
