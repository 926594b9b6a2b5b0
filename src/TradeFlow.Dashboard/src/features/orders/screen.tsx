import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ListOrdered } from 'lucide-react';
import { useState } from 'react';
import { ordersQuery } from '@/api/queries/orders';
import type { Order } from '@/api/types';
import { AccountSelect } from '@/app/account-select';
import { usePollInterval } from '@/app/live-context';
import { Button } from '@/ui/button';
import { SelectField, TextField } from '@/ui/field';
import { MoreButton } from '@/ui/more-button';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { CancelDialog } from './cancel-dialog';
import { OrderList } from './order-list';
import { orderStatuses, statusLabel } from './order-status';
import { ResolveDialog } from './resolve-dialog';

const route = getRouteApi('/signed-in/orders');

export function OrdersScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [symbol, setSymbol] = useState(search.symbol ?? '');
  const [canceling, setCanceling] = useState<Order | null>(null);
  const [resolving, setResolving] = useState<Order | null>(null);
  const filter = (change: Partial<typeof search>): void => void navigate({ search: { ...search, ...change }, replace: true });
  const orders = useInfiniteQuery({
    ...ordersQuery({ account_id: search.account, status: search.status, symbol: search.symbol }),
    refetchInterval: usePollInterval(),
  });
  const items = orders.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = search.account !== undefined || search.status !== undefined || search.symbol !== undefined;

  return (
    <>
      <PageHeader title="Orders">Every order that a signal made, with what the broker said.</PageHeader>
      <form
        className="mb-4 grid gap-3 sm:grid-cols-3 lg:grid-cols-[16rem_12rem_12rem]"
        onSubmit={(event) => {
          event.preventDefault();
          filter({ symbol: symbol.trim() === '' ? undefined : symbol.trim().toUpperCase() });
        }}
      >
        <AccountSelect value={search.account} onChange={(account) => filter({ account })} />
        <SelectField label="Status" value={search.status ?? ''} onChange={(e) => filter({ status: e.target.value || undefined })}>
          <option value="">Any status</option>
          {orderStatuses.map((status) => (
            <option key={status} value={status}>
              {statusLabel(status)}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Symbol"
          placeholder="EURUSD"
          enterKeyHint="search"
          value={symbol}
          onChange={(e) => setSymbol(e.target.value)}
          onBlur={(e) => e.target.form?.requestSubmit()}
        />
      </form>
      <Panel flush className="overflow-hidden">
        {orders.isPending ? (
          <SkeletonRows label="Loading orders" rows={7} />
        ) : orders.isError && items.length === 0 ? (
          <LoadError what="Orders" error={orders.error} onRetry={() => void orders.refetch()} />
        ) : items.length === 0 ? (
          <Empty
            icon={ListOrdered}
            title={filtered ? 'No order matches' : 'No orders yet'}
            action={
              filtered ? (
                <Button
                  onClick={() => {
                    setSymbol('');
                    filter({ account: undefined, status: undefined, symbol: undefined });
                  }}
                >
                  Clear the filter
                </Button>
              ) : (
                <Link to="/webhooks" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
                  Set up an alert
                </Link>
              )
            }
          >
            {filtered ? 'Try another account, status or symbol.' : 'The first accepted signal makes the first order.'}
          </Empty>
        ) : (
          <>
            <OrderList orders={items} onCancel={setCanceling} onResolve={setResolving} />
            <MoreButton has={orders.hasNextPage} busy={orders.isFetchingNextPage} onMore={() => void orders.fetchNextPage()} />
          </>
        )}
      </Panel>
      {resolving !== null && <ResolveDialog order={resolving} onDone={() => setResolving(null)} />}
      {canceling !== null && <CancelDialog order={canceling} onDone={() => setCanceling(null)} />}
    </>
  );
}
