import { Link } from '@tanstack/react-router';
import type { Order } from '@/api/types';
import { AccountLabel } from '@/app/account-label';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Button } from '@/ui/button';
import { SideBadge } from '@/ui/badge';
import { price, quantity } from '@/ui/format';
import { Table, Td, Th } from '@/ui/table';
import { OrderStatusBadge } from './order-status';

interface OrderActions {
  onCancel: (order: Order) => void;
  onResolve: (order: Order) => void;
}

interface OrderListProps extends OrderActions {
  orders: readonly Order[];
}

export function OrderList({ orders, ...actions }: OrderListProps) {
  return (
    <>
      <div className="hidden md:block">
        <OrderTable orders={orders} {...actions} />
      </div>
      <ul className="divide-y divide-line md:hidden">
        {orders.map((order) => (
          <OrderCard key={order.id} order={order} {...actions} />
        ))}
      </ul>
    </>
  );
}

function OrderTable({ orders, ...actions }: OrderListProps) {
  return (
    <Table label="Orders" className="mt-3">
      <thead>
        <tr>
          <Th>Time</Th>
          <Th>Symbol</Th>
          <Th>Type</Th>
          <Th right>Filled / quantity</Th>
          <Th right>Price</Th>
          <Th>Status</Th>
          <Th>
            <span className="sr-only">Action</span>
          </Th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {orders.map((order) => (
          <tr key={order.id} className="hover:bg-sunken">
            <Td className="text-[0.8125rem] text-muted">
              <When at={order.created_at} />
            </Td>
            <Td className="max-w-52">
              <SymbolAndAccount order={order} />
            </Td>
            <Td className="text-muted">{typeText(order)}</Td>
            <Td right>
              {quantity(order.filled_qty)} / {quantity(order.qty)}
            </Td>
            <Td right>{price(order.avg_price ?? order.price)}</Td>
            <Td className="max-w-64">
              <OrderStatusBadge status={order.status} />
              <Reason order={order} />
            </Td>
            <Td right>
              <Actions order={order} {...actions} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function OrderCard({ order, ...actions }: OrderActions & { order: Order }) {
  return (
    <li className="px-4 py-3.5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <SymbolAndAccount order={order} />
        </div>
        <OrderStatusBadge status={order.status} />
      </div>
      <Reason order={order} />
      <div className="mt-2 flex items-center justify-between gap-3 text-[0.8125rem]">
        <span className="text-muted">
          {typeText(order)} · {quantity(order.filled_qty)} / {quantity(order.qty)}
          {(order.avg_price ?? order.price) != null && ` · ${price(order.avg_price ?? order.price)}`}
        </span>
        <Actions order={order} {...actions} />
      </div>
      <p className="mt-1 text-xs text-faint">
        <When at={order.created_at} />
      </p>
    </li>
  );
}

const typeText = (order: Order): string => {
  const action = order.action.toLowerCase();
  return action === 'open' ? order.type.toLowerCase() : `${action}, ${order.type.toLowerCase()}`;
};

function SymbolAndAccount({ order }: { order: Order }) {
  return (
    <>
      <span className="flex items-center gap-2">
        <span className="font-semibold">{order.symbol}</span>
        {order.side != null && <SideBadge side={order.side} />}
      </span>
      <span className="mt-0.5 block truncate text-[0.8125rem] text-muted">
        {order.strategy != null && `${order.strategy.name} · `}
        <AccountLabel id={order.account_id} broker={order.broker} />
      </span>
    </>
  );
}

function Reason({ order }: { order: Order }) {
  if (order.needs_review === true)
    return <p className="mt-1 text-[0.8125rem] text-warn">The broker cannot say what became of it: a person has to look.</p>;
  if (!order.reject_reason) return null;
  return <p className="mt-1 text-[0.8125rem] break-words text-muted">{order.reject_reason}</p>;
}

function Actions({ order, onCancel, onResolve }: OrderActions & { order: Order }) {
  const { canTrade } = useUser();
  if (canTrade && order.needs_review === true)
    return (
      <Button size="sm" onClick={() => onResolve(order)}>
        Resolve
      </Button>
    );
  if (canTrade && (order.status === 'WORKING' || order.status === 'PARTIALLY_FILLED'))
    return (
      <Button size="sm" look="danger-quiet" onClick={() => onCancel(order)}>
        Cancel
      </Button>
    );
  if (order.webhook_id == null) return null;
  return (
    <Link to="/log" search={{ id: order.webhook_id }} className="text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
      Signal
    </Link>
  );
}
