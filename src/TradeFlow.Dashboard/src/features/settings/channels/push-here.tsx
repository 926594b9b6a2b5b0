import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { unreachable } from '@/api/problem';
import type { Channel } from '@/api/types';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { hereQuery, subscribe, unsubscribe, type Subscription } from './push';
import { useSaveChannels } from './queries';

/** Notifications of this very browser. The permission is asked for when somebody wants them, and not before. */
export function PushHere({ channels, onSubscribed }: { channels: readonly Channel[]; onSubscribed: (subscription: Subscription) => void }) {
  const here = useQuery(hereQuery());
  const queries = useQueryClient();
  const save = useSaveChannels();
  const again = () => queries.invalidateQueries({ queryKey: hereQuery().queryKey });
  const id = here.data?.can === 'yes' ? here.data.id : null;
  const own = id === null ? [] : channels.filter(({ subscription_id }) => subscription_id === id);
  const on = useMutation({
    mutationFn: () => subscribe(own.length > 0 && own.every(({ enabled }) => !enabled)),
    onSuccess: (made) => made !== null && onSubscribed(made),
    onSettled: again,
  });
  // First the channel: a browser that has unsubscribed would be an error in the log.
  const off = useMutation({
    mutationFn: async () => {
      await save.mutateAsync((now) => now.filter(({ id }) => !own.some((channel) => channel.id === id)));
      await unsubscribe();
    },
    onSuccess: () => toasts.success('This browser is told nothing more'),
    onSettled: again,
  });

  if (here.data === undefined) return null;
  const { can } = here.data;
  const problem = on.error ?? off.error;
  return (
    <section aria-label="Push to this browser" className="flex flex-col gap-3 border-t border-line px-4 py-3 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
        <div className="min-w-0 grow basis-56">
          <h3 className="font-medium">Push to this browser</h3>
          <p className="text-[0.8125rem] text-pretty text-muted">{can === 'yes' ? yes(own) : no[can]}</p>
        </div>
        {can === 'yes' &&
          (own.some(({ enabled }) => enabled) ? (
            <Button size="sm" busy={off.isPending} onClick={() => off.mutate()}>
              Stop pushing here
            </Button>
          ) : (
            <Button size="sm" busy={on.isPending} onClick={() => on.mutate()}>
              Push to this browser
            </Button>
          ))}
      </div>
      {problem instanceof DOMException ? (
        <Notice kind="error" title="The browser could not subscribe">
          {problem.message.replace(/\.?$/, '.')} Its push service may be switched off, out of reach, or not offered in private windows.
        </Notice>
      ) : (
        problem !== null && <Notice kind="error" problem={unreachable(problem)} />
      )}
    </section>
  );
}

const yes = (own: readonly Channel[]): ReactNode => {
  if (own.some(({ enabled }) => enabled)) return 'On. What you chose is shown here, even while no page of TradeFlow is open.';
  return own.length > 0 ? 'Off: its channel was switched off. Push again to make a new one.' : 'Off. A notification of this device, even while no page of TradeFlow is open.';
};

const no = {
  never: 'Not supported: this browser, or this way of opening the page, has no push notifications.',
  'from-home-screen': 'Not yet: on an iPhone or iPad, tap Share, then Add to Home Screen, and open TradeFlow from there. Then it can be switched on here.',
  denied: 'Blocked: this browser was told to refuse notifications of TradeFlow. Allow them in its settings for this site (the sign beside the address), then come back.',
};
