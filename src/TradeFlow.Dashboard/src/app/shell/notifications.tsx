import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Bell, BellOff, CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { severityOf } from '@/api/live-events';
import { markNotificationsRead, notificationsQuery } from '@/api/queries/notifications';
import type { Notification } from '@/api/types';
import { cx } from '@/ui/cx';
import { Drawer } from '@/ui/drawer';
import { MoreButton } from '@/ui/more-button';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { When } from '../when';

const marks = {
  info: { icon: Info, tint: 'text-accent' },
  warning: { icon: TriangleAlert, tint: 'text-warn' },
  critical: { icon: CircleAlert, tint: 'text-down' },
};

export function Notifications() {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const list = useInfiniteQuery(notificationsQuery());
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = items.filter((item) => item.read_at == null).length;
  const read = useMutation({
    mutationFn: markNotificationsRead,
    onSettled: () => queries.invalidateQueries({ queryKey: notificationsQuery().queryKey }),
  });
  // Closing is what marks them read: while the list is open, what is new stays visible as new.
  const change = (isOpen: boolean): void => {
    setOpen(isOpen);
    if (!isOpen && unread > 0) read.mutate(items.filter((item) => item.read_at == null).map((item) => item.id));
  };

  return (
    <>
      <button
        type="button"
        aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="relative grid size-9 place-items-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-ink"
      >
        <Bell aria-hidden className="size-4.5" strokeWidth={1.75} />
        {unread > 0 && (
          <span aria-hidden className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-[0.625rem] font-semibold text-accent-ink">
            {unread > 9 ? '9+' : unread}
          </span>
        )}
      </button>
      <Drawer open={open} onOpenChange={change} title="Notifications">
        {list.isPending ? (
          <SkeletonRows label="Loading notifications" rows={4} />
        ) : list.isError && items.length === 0 ? (
          <LoadError what="Notifications" error={list.error} onRetry={() => void list.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={BellOff} title="Nothing to tell">
            When an account needs you, or something was stopped, it is said here.
          </Empty>
        ) : (
          <>
            <ul className="-mx-2 flex flex-col">
              {items.map((item) => (
                <Line key={item.id} item={item} />
              ))}
            </ul>
            <MoreButton has={list.hasNextPage} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
          </>
        )}
      </Drawer>
    </>
  );
}

function Line({ item }: { item: Notification }) {
  const { icon: Icon, tint } = marks[severityOf(item.severity)];
  const fresh = item.read_at == null;
  return (
    <li className={cx('flex gap-3 rounded-xl px-3 py-3 text-sm', fresh && 'bg-accent-soft')}>
      <Icon aria-hidden className={cx('mt-0.5 size-4.5 shrink-0', tint)} />
      <div className="min-w-0 grow">
        <p className={cx('text-pretty', fresh && 'font-medium')}>
          {fresh && <span className="sr-only">New: </span>}
          {item.text}
        </p>
        <p className="mt-0.5 text-[0.8125rem] text-muted">
          <When at={item.at} />
        </p>
      </div>
    </li>
  );
}
