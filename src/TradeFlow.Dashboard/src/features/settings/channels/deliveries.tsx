import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel, Delivery } from '@/api/types';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { LoadError, SkeletonRows } from '@/ui/states';
import { deliveriesQuery } from './queries';
import { eventText, kindName } from './words';

const few = 5;

/** What was sent last, with what went wrong. */
export function Deliveries({ channels }: { channels: readonly Channel[] }) {
  const deliveries = useQuery(deliveriesQuery());
  const [all, setAll] = useState(false);
  return (
    <section aria-label="Last deliveries" className="border-t border-line">
      <h3 className="px-4 pt-4 pb-2 text-[0.8125rem] font-medium text-muted sm:px-5">Last deliveries</h3>
      {deliveries.isPending ? (
        <SkeletonRows label="Loading deliveries" rows={2} />
      ) : deliveries.isError ? (
        <LoadError what="Deliveries" error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : deliveries.data.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted sm:px-5">Nothing was sent yet. “Test” sends a message now.</p>
      ) : (
        <>
          <ul className="divide-y divide-line">
            {deliveries.data.slice(0, all ? undefined : few).map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} to={channels.find(({ id }) => id === delivery.channel_id)} />
            ))}
          </ul>
          {deliveries.data.length > few && !all && (
            <div className="px-4 pb-3 sm:px-5">
              <Button size="sm" onClick={() => setAll(true)}>
                Show more
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function DeliveryRow({ delivery, to }: { delivery: Delivery; to: Channel | undefined }) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2.5 text-sm sm:px-5">
      <div className="min-w-0 grow basis-56">
        <p>{eventText(delivery.event)}</p>
        <p className="text-[0.8125rem] text-muted">
          {to === undefined ? 'A channel' : kindName(to.kind)}, <When at={delivery.created_at} form="ago" />
          {delivery.attempts > 1 && <>, {delivery.attempts} attempts</>}
        </p>
        {delivery.status !== 'delivered' && delivery.last_error !== null && <p className="text-[0.8125rem] text-down">{delivery.last_error}</p>}
        {delivery.status === 'waiting' && delivery.attempts === 0 && <NextAt at={delivery.next_at} word="Sent at" />}
        {delivery.status === 'waiting' && delivery.attempts > 0 && <NextAt at={delivery.next_at} word="Tried again at" />}
      </div>
      {delivery.status === 'delivered' ? (
        <Badge tone="up">Delivered</Badge>
      ) : delivery.status === 'failed' ? (
        <Badge tone="down">Failed</Badge>
      ) : (
        <Badge tone="warn">Waiting</Badge>
      )}
    </li>
  );
}

function NextAt({ at, word }: { at: string | null; word: string }) {
  return at === null ? null : (
    <p className="text-[0.8125rem] text-muted">
      {word} <When at={at} form="clock" />
    </p>
  );
}
