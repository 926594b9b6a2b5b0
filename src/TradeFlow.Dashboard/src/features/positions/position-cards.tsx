import { memo, useRef } from 'react';
import type { Position } from '@/api/types';
import { AccountLabel } from '@/app/account-label';
import { useAccountNames } from '@/app/broker-context';
import { useLive } from '@/app/live-context';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { SideBadge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { percent, price, quantity } from '@/ui/format';
import { Pnl } from '@/ui/money';
import { useWindowed } from '@/ui/windowed';

interface Props {
  positions: readonly Position[];
  onClose: (position: Position) => void;
  onMove: (position: Position) => void;
}

export function PositionCards({ positions, onClose, onMove }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const part = useWindowed(positions, list, 150);
  return (
    <ul ref={list} className="divide-y divide-line" style={{ paddingTop: part.before, paddingBottom: part.after }}>
      {part.items.map((position, index) => (
        <PositionCard key={position.id} position={position} place={part.first + index + 1} of={positions.length} onClose={onClose} onMove={onMove} />
      ))}
    </ul>
  );
}

interface CardProps extends Omit<Props, 'positions'> {
  position: Position;
  place: number;
  of: number;
}

const PositionCard = memo(function PositionCard({ position: p, place, of, onClose, onMove }: CardProps) {
  const { currencyOf } = useAccountNames();
  const { canTrade } = useUser();
  const offline = useLive() === 'offline';
  return (
    <li data-row aria-posinset={place} aria-setsize={of} className="px-4 py-4">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="flex items-center gap-2">
            <span className="font-semibold">{p.symbol}</span>
            <SideBadge side={p.side} />
            <span className="text-sm text-muted">{quantity(p.qty)}</span>
          </p>
          <p className="mt-0.5 truncate text-[0.8125rem] text-muted">
            <AccountLabel id={p.account_id} broker={p.broker} />
          </p>
        </div>
        <div className="text-right">
          <Pnl amount={p.pnl} currency={currencyOf(p.account_id)} arrow className="text-lg font-semibold" />
          <p className="text-[0.8125rem] text-muted">{percent(p.pnl_percent)}</p>
        </div>
      </div>
      <dl className="mt-3 grid grid-cols-4 gap-2 text-[0.8125rem]">
        {(
          [
            ['Entry', p.avg_price],
            [offline ? 'Last known' : 'Now', p.current_price],
            ['Stop', p.stop_loss],
            ['Target', p.take_profit],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-faint">{name}</dt>
            <dd>{price(value, p.avg_price, p.current_price)}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-3 flex items-center justify-between gap-3">
        <span className="text-[0.8125rem] text-muted">
          <When at={p.opened_at} form="ago" />
        </span>
        {canTrade && (
          <span className="inline-flex gap-2">
            <Button size="sm" aria-label={`Move stop ${p.symbol}`} onClick={() => onMove(p)}>
              Move stop
            </Button>
            <Button size="sm" aria-label={`Close Position ${p.symbol}`} onClick={() => onClose(p)}>
              Close Position
            </Button>
          </span>
        )}
      </div>
    </li>
  );
});
