import { Link } from '@tanstack/react-router';
import type { Order, WebhookLogDetail } from '@/api/types';
import { useBrokers } from '@/app/broker-context';
import { When } from '@/app/when';
import { Badge } from '@/ui/badge';
import { price, quantity } from '@/ui/format';
import { Money, Pnl } from '@/ui/money';

/** The orders that a signal took, each with the broker's words where it refused. */
export function SignalOrders({ orders }: { orders: Order[] }) {
  const { currencyOf } = useBrokers();
  return (
    <ul className="flex flex-col divide-y divide-line rounded-xl border border-line">
      {orders.map((order) => (
        <li key={order.id} className="flex flex-col gap-1 px-3.5 py-2.5 text-sm">
          <span className="flex flex-wrap items-center justify-between gap-2">
            <span>
              <span className="font-medium">
                {order.action} {order.side?.toLowerCase()} {quantity(order.filled_qty)} of {quantity(order.qty)} {order.symbol}
              </span>
              {order.avg_price != null && ` at ${price(order.avg_price)}`}
            </span>
            <Badge tone={tones[order.status] ?? 'neutral'}>{order.status.toLowerCase().replaceAll('_', ' ')}</Badge>
          </span>
          {order.pnl != null && (
            <span className="text-muted">
              Realised <Pnl amount={order.pnl} currency={currencyOf(order.account_id)} />
            </span>
          )}
          {order.reject_reason != null && (
            <span className="text-down">
              {order.reject_reason} {order.reject_code != null && <code className="font-mono text-xs">{order.reject_code}</code>}
            </span>
          )}
          <span className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] text-muted">
            {order.broker_order_id != null && (
              <span>
                At the broker <code className="font-mono">{order.broker_order_id}</code>
              </span>
            )}
            <Link to="/orders" search={{ symbol: order.symbol }} className="font-medium text-accent underline-offset-4 hover:underline">
              See orders
            </Link>
          </span>
        </li>
      ))}
    </ul>
  );
}

const tones: Record<string, 'up' | 'down' | 'warn' | 'accent'> = { FILLED: 'up', REJECTED: 'down', UNKNOWN: 'warn', WORKING: 'accent', PENDING: 'accent', PARTIALLY_FILLED: 'accent' };

/** What the broker filled, and how far that was from the price of the signal. */
export function SignalFills({ signal }: { signal: WebhookLogDetail }) {
  const { currencyOf } = useBrokers();
  const currency = currencyOf(signal.account_id);
  return (
    <ul className="flex flex-col divide-y divide-line rounded-xl border border-line">
      {signal.fills.map((fill) => (
        <li key={`${fill.at} ${fill.order_id} ${fill.price}`} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-3.5 py-2.5 text-sm">
          <span>
            <span className="font-medium">
              {fill.side.toLowerCase()} {quantity(fill.qty)} {fill.symbol}
            </span>{' '}
            at {price(fill.price)}
          </span>
          <span className="text-[0.8125rem] text-muted">
            <When at={fill.at} form="clock" />
          </span>
          <span className="basis-full text-[0.8125rem] text-muted">
            {slippage(fill.slippage_ticks)}
            {fill.slippage_money != null && fill.slippage_money !== 0 && (
              <>
                , <Money amount={Math.abs(fill.slippage_money)} currency={currency} />
              </>
            )}
            {fill.fees !== 0 && (
              <>
                ; fees <Money amount={fill.fees} currency={currency} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function slippage(ticks: number | null): string {
  if (ticks === null) return 'The signal named no price to compare with';
  if (ticks === 0) return 'At the price of the signal';
  return `${quantity(Math.abs(ticks))} ${Math.abs(ticks) === 1 ? 'tick' : 'ticks'} ${ticks > 0 ? 'worse' : 'better'} than the signal`;
}
