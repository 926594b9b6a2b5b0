import type { WebhookLogDetail } from '@/api/types';
import { duration } from '@/ui/format';

const words: Record<string, string> = {
  sending: 'Sent to the broker',
  outcome: 'The broker answered',
  seen_closed: 'Seen closed at the broker',
  refused: 'Not sent',
  unknown: 'The broker gave no clear answer',
  found: 'Found at the broker',
  found_closed: 'Found closed at the broker',
  found_changed: 'Found changed at the broker',
  found_canceled: 'Found canceled at the broker',
  followed: 'The broker told more of it',
  planned: 'What it takes was found',
  released: 'Given back: nothing had been sent',
  taken_over: 'Taken over by another worker',
  proven_absent: 'Proven never to have reached the broker',
  canceled: 'Canceled',
  gone: 'The broker no longer shows it',
};

/** The life of the orders, each event by how long after the signal it was. */
export function SignalEvents({ signal }: { signal: WebhookLogDetail }) {
  const received = Date.parse(signal.received_at);
  return (
    <ol className="flex flex-col gap-1.5 text-sm">
      {signal.events.map((event) => (
        <li key={`${event.order_id} ${event.at} ${event.kind}`} className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-3">
          <time dateTime={event.at} title={event.at} className="text-right text-[0.8125rem] text-muted">
            +{duration(Math.max(0, Date.parse(event.at) - received))}
          </time>
          <span className="min-w-0">
            {words[event.kind] ?? event.kind.replaceAll('_', ' ')}
            <Detail value={event.detail} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Detail({ value }: { value: unknown }) {
  if (typeof value !== 'object' || value === null) return null;
  const known = Object.entries(value).filter(([, one]) => one !== null && typeof one !== 'object');
  if (known.length === 0) return null;
  return <span className="block text-[0.8125rem] break-words text-muted">{known.map(([name, one]) => `${name.replaceAll('_', ' ')} ${String(one)}`).join(', ')}</span>;
}
