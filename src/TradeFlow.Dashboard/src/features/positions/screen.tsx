import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { useCallback, useState } from 'react';
import { positionsQuery } from '@/api/queries/positions';
import type { Position } from '@/api/types';
import { AccountSelect } from '@/app/account-select';
import { useBrokers } from '@/app/broker-context';
import { usePollInterval } from '@/app/live-context';
import { floatingByCurrency } from '@/app/totals';
import { Pnl } from '@/ui/money';
import { Notice } from '@/ui/notice';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, Skeleton, SkeletonRows } from '@/ui/states';
import { useRoomFor } from '@/ui/use-room-for';
import { CloseDialog } from './close-dialog';
import { PositionCards } from './position-cards';
import { PositionTable } from './position-table';
import { ProtectDialog } from './protect-dialog';

const route = getRouteApi('/signed-in/positions');

export function PositionsScreen() {
  const positions = useQuery({ ...positionsQuery(), refetchInterval: usePollInterval() });
  const { connectedBrokers, currencyOf } = useBrokers();
  const { account: accountId, close, move } = route.useSearch();
  const navigate = route.useNavigate();
  const Positions = useRoomFor('table') ? PositionTable : PositionCards;
  const ask = useCallback((question: { close?: string; move?: string }) => void navigate({ search: (old) => ({ ...old, close: undefined, move: undefined, ...question }), replace: true }), [navigate]);
  const onClose = useCallback((position: Position) => ask({ close: position.id }), [ask]);
  const onMove = useCallback((position: Position) => ask({ move: position.id }), [ask]);
  const done = (): void => ask({});
  const shown = positions.data?.filter((position) => accountId === undefined || position.account_id === accountId) ?? [];
  const closing = useLastOf(positions.data, close);
  const moving = useLastOf(positions.data, move);
  const gone = positions.data !== undefined && ((close !== undefined && closing === undefined) || (move !== undefined && moving === undefined));

  return (
    <>
      <PageHeader
        title="Positions"
        actions={connectedBrokers.length > 1 && <AccountSelect value={accountId} onChange={(account) => void navigate({ search: (old) => ({ ...old, account }), replace: true })} className="w-64 max-w-full" />}
      >
        Everything that is open, over all your brokers.
      </PageHeader>
      {gone && (
        <Notice kind="info" className="mb-4" title="This position is not open any more">
          It was closed since, here or at the broker.
        </Notice>
      )}
      {positions.isPending && <Skeleton className="mb-4 h-7 w-48" />}
      {shown.length > 0 && (
        <div className="mb-4 flex flex-wrap gap-x-8 gap-y-2">
          {floatingByCurrency(shown, currencyOf).map(({ currency, total }) => (
            <p key={currency} className="flex items-center gap-3">
              <span className="text-sm text-muted">Open P&amp;L{currency !== '' && `, ${currency}`}</span>
              <Pnl amount={total} currency={currency} arrow className="text-xl font-semibold" />
            </p>
          ))}
        </div>
      )}
      <Panel flush className="overflow-hidden">
        {positions.isPending ? (
          <SkeletonRows label="Loading positions" />
        ) : positions.isError && positions.data === undefined ? (
          <LoadError what="Positions" error={positions.error} onRetry={() => void positions.refetch()} />
        ) : shown.length === 0 ? (
          <Empty icon={ArrowLeftRight} title="Nothing is open" action={<NextStep />}>
            A position shows up here the moment your broker fills a signal, with its profit or loss as prices move.
          </Empty>
        ) : (
          <Positions positions={shown} onClose={onClose} onMove={onMove} />
        )}
      </Panel>
      {moving !== undefined && <ProtectDialog key={moving.id} position={moving} onDone={done} />}
      {closing !== undefined && <CloseDialog key={closing.id} position={closing} onDone={done} />}
    </>
  );
}

/** The position with live numbers; when it closes by itself while a dialog shows it, the dialog keeps its last ones. */
function useLastOf(positions: readonly Position[] | undefined, id: string | undefined): Position | undefined {
  const [last, setLast] = useState<Position>();
  const live = positions?.find((position) => position.id === id);
  if (live !== undefined && live !== last) setLast(live);
  return live ?? (last?.id === id ? last : undefined);
}

const NextStep = () => (
  <Link to="/webhooks" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
    Set up an alert
  </Link>
);
