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
import { Table, Td, Th } from '@/ui/table';
import { useWindowed } from '@/ui/windowed';

export function PositionTable({ positions, onClose, onMove }: { positions: readonly Position[]; onClose: (position: Position) => void; onMove: (position: Position) => void }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const part = useWindowed(positions, body, 62);
  const offline = useLive() === 'offline';
  return (
    <div>
      <Table label="Open positions" aria-rowcount={positions.length + 1} className="mt-3">
        <thead>
          <tr>
            <Th>Symbol</Th>
            <Th right>Quantity</Th>
            <Th right>Entry</Th>
            <Th right>{offline ? 'Last known' : 'Now'}</Th>
            <Th right className="max-lg:hidden">
              Stop / target
            </Th>
            <Th right>P&amp;L</Th>
            <Th className="max-xl:hidden">Opened</Th>
            <Th>
              <span className="sr-only">Action</span>
            </Th>
          </tr>
        </thead>
        <tbody ref={body} className="divide-y divide-line">
          {part.before > 0 && <tr aria-hidden style={{ height: part.before }} />}
          {part.items.map((position, index) => (
            <PositionRow key={position.id} row={part.first + index + 2} position={position} onClose={onClose} onMove={onMove} />
          ))}
          {part.after > 0 && <tr aria-hidden style={{ height: part.after }} />}
        </tbody>
      </Table>
    </div>
  );
}

interface RowProps {
  position: Position;
  row: number;
  onClose: (position: Position) => void;
  onMove: (position: Position) => void;
}

const PositionRow = memo(function PositionRow({ position: p, row, onClose, onMove }: RowProps) {
  const { currencyOf } = useAccountNames();
  const { canTrade } = useUser();
  return (
    <tr data-row aria-rowindex={row} className="hover:bg-sunken">
      <Td className="max-w-52">
        <span className="flex items-center gap-2">
          <span className="font-semibold">{p.symbol}</span>
          <SideBadge side={p.side} />
        </span>
        <span className="mt-0.5 block truncate text-[0.8125rem] text-muted">
          <AccountLabel id={p.account_id} broker={p.broker} />
        </span>
      </Td>
      <Td right>{quantity(p.qty)}</Td>
      <Td right>{price(p.avg_price, p.current_price)}</Td>
      <Td right className="font-medium">
        <span className="inline-block min-w-[9ch]">{price(p.current_price, p.avg_price)}</span>
      </Td>
      <Td right className="text-muted max-lg:hidden">
        <span className="block">{price(p.stop_loss, p.avg_price, p.current_price)}</span>
        <span className="block">{price(p.take_profit, p.avg_price, p.current_price)}</span>
      </Td>
      <Td right>
        <Pnl amount={p.pnl} currency={currencyOf(p.account_id)} arrow className="min-w-[11ch] justify-end" />
        <span className="block text-[0.8125rem] text-muted">{percent(p.pnl_percent)}</span>
      </Td>
      <Td className="text-muted max-xl:hidden">
        <When at={p.opened_at} form="ago" />
      </Td>
      <Td right>
        {canTrade && (
          <span className="inline-flex flex-wrap justify-end gap-2">
            <Button size="sm" aria-label={`Move stop ${p.symbol}`} onClick={() => onMove(p)}>
              Move stop
            </Button>
            <Button size="sm" aria-label={`Close Position ${p.symbol}`} onClick={() => onClose(p)}>
              <span>
                Close<span className="max-xl:hidden"> Position</span>
              </span>
            </Button>
          </span>
        )}
      </Td>
    </tr>
  );
});
