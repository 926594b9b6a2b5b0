import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { NotebookPen } from 'lucide-react';
import { useState } from 'react';
import type { Trade } from '@/api/types';
import { useUser } from '@/app/user-context';
import { When } from '@/app/when';
import { Badge, SideBadge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { price, quantity } from '@/ui/format';
import { Money, Pnl } from '@/ui/money';
import { MoreButton } from '@/ui/more-button';
import { Panel } from '@/ui/panel';
import { LoadError, SkeletonRows } from '@/ui/states';
import { Table, Td, Th } from '@/ui/table';
import { NoteDialog } from './note-dialog';
import { held, multiple } from './numbers';
import { tradesQuery } from './queries';
import type { Filter } from './search';

export function TradeList({ filter }: { filter: Filter }) {
  const [writing, setWriting] = useState<Trade | null>(null);
  const trades = useInfiniteQuery(tradesQuery(filter));
  const items = trades.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush className="overflow-hidden" title="Trades" description="The newest exit first. A note stays with its trade.">
      {trades.isPending ? (
        <SkeletonRows label="Loading trades" rows={6} />
      ) : trades.isError && items.length === 0 ? (
        <LoadError what="Trades" error={trades.error} onRetry={() => void trades.refetch()} />
      ) : (
        <>
          <div className="max-lg:hidden">
            <TradeTable trades={items} onWrite={setWriting} />
          </div>
          <ul aria-label="Trades" className="divide-y divide-line border-t border-line lg:hidden">
            {items.map((trade) => (
              <TradeCard key={trade.id} trade={trade} onWrite={setWriting} />
            ))}
          </ul>
          <MoreButton has={trades.hasNextPage} busy={trades.isFetchingNextPage} onMore={() => void trades.fetchNextPage()} />
        </>
      )}
      {writing !== null && <NoteDialog trade={writing} onDone={() => setWriting(null)} />}
    </Panel>
  );
}

function TradeTable({ trades, onWrite }: { trades: Trade[]; onWrite: (trade: Trade) => void }) {
  return (
    <Table label="Trades">
      <thead>
        <tr>
          <Th>Symbol</Th>
          <Th>Closed</Th>
          <Th right>Entry → exit</Th>
          <Th right>Held</Th>
          <Th right>Slippage</Th>
          <Th right>Fees</Th>
          <Th right>Net P&L</Th>
          <Th>
            <span className="sr-only">Note</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.id} className="border-t border-line align-top">
            <Td>
              <Symbol trade={trade} />
              <Tags trade={trade} />
            </Td>
            <Td>
              <When at={trade.exit_time} />
            </Td>
            <Td right>
              {price(trade.entry_price, trade.exit_price)} → {price(trade.exit_price, trade.entry_price)}
            </Td>
            <Td right className="whitespace-nowrap">
              {hold(trade)}
            </Td>
            <Td right>
              <Slippage trade={trade} />
            </Td>
            <Td right>
              <Money amount={trade.fees} currency={trade.currency} />
            </Td>
            <Td right>
              <Pnl amount={trade.net_pnl} currency={trade.currency} arrow />
              <Multiple trade={trade} />
            </Td>
            <Td right>
              <WriteButton trade={trade} onWrite={onWrite} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function TradeCard({ trade, onWrite }: { trade: Trade; onWrite: (trade: Trade) => void }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 px-4 py-3 text-sm sm:px-5">
      <Symbol trade={trade} />
      <span className="text-right">
        <Pnl amount={trade.net_pnl} currency={trade.currency} arrow />
        <Multiple trade={trade} />
      </span>
      <span className="text-[0.8125rem] text-muted">
        {price(trade.entry_price, trade.exit_price)} → {price(trade.exit_price, trade.entry_price)}, held {hold(trade)}
        <br />
        <When at={trade.exit_time} />
        {trade.slippage_ticks !== null && (
          <>
            <br />
            Slippage <Slippage trade={trade} />
          </>
        )}
        <Tags trade={trade} />
      </span>
      <span className="self-end text-right">
        <WriteButton trade={trade} onWrite={onWrite} />
      </span>
    </li>
  );
}

function Symbol({ trade }: { trade: Trade }) {
  return (
    <span className="min-w-0">
      <span className="flex items-center gap-2">
        <span className="font-semibold">{trade.symbol}</span>
        <SideBadge side={trade.side} />
        <span className="text-muted">{quantity(trade.qty)}</span>
      </span>
      <span className="mt-0.5 block truncate text-[0.8125rem] text-muted">
        {trade.account}
        {trade.webhook_id !== null && (
          <>
            {' · '}
            <Link to="/log" search={{ id: trade.webhook_id }} className="text-accent underline underline-offset-4">
              Signal
            </Link>
          </>
        )}
      </span>
    </span>
  );
}

function Tags({ trade }: { trade: Trade }) {
  if (trade.note === null && trade.tags.length === 0) return null;
  return (
    <span className="mt-1.5 flex max-w-72 flex-wrap items-center gap-1.5 text-[0.8125rem] text-muted">
      {trade.tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {trade.note !== null && <span className="line-clamp-2 text-pretty">{trade.note}</span>}
    </span>
  );
}

/** The profit in units of what the entry risked; a trade without a stop has none. */
function Multiple({ trade: { r_multiple: r, risk, currency } }: { trade: Trade }) {
  if (r === null || risk === null) return null;
  return (
    <span className="block text-[0.8125rem] text-muted">
      {multiple(r)}
      <span className="sr-only">
        {' '}
        of <Money amount={risk} currency={currency} /> risked
      </span>
    </span>
  );
}

/** More than 0 is worse than the signal said; the word says so too. */
function Slippage({ trade: { slippage_ticks: ticks, slippage_money: amount, currency } }: { trade: Trade }) {
  if (ticks === null) return <span className="text-faint">—</span>;
  return (
    <span className="whitespace-nowrap">
      {quantity(Math.abs(ticks))} {Math.abs(ticks) === 1 ? 'tick' : 'ticks'} {ticks > 0 ? 'worse' : ticks < 0 ? 'better' : ''}
      {amount !== null && amount !== 0 && (
        <span className="block text-[0.8125rem] text-muted">
          <Money amount={Math.abs(amount)} currency={currency} />
        </span>
      )}
    </span>
  );
}

function WriteButton({ trade, onWrite }: { trade: Trade; onWrite: (trade: Trade) => void }) {
  const { canTrade } = useUser();
  if (!canTrade) return null;
  const label = `${trade.note === null && trade.tags.length === 0 ? 'Add a note to' : 'Change the note of'} ${trade.symbol}`;
  return (
    <Button look="ghost" size="icon" title={label} aria-label={label} onClick={() => onWrite(trade)}>
      <NotebookPen aria-hidden className="size-4" />
    </Button>
  );
}

const hold = (trade: Trade): string => held(trade.entry_time === null ? null : (Date.parse(trade.exit_time) - Date.parse(trade.entry_time)) / 1000);
