import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import { positionsQuery } from '@/api/queries/positions';
import type { Position } from '@/api/types';
import { AccountSelect } from '@/app/account-select';
import { useBrokers } from '@/app/broker-context';
import { usePollInterval } from '@/app/live-context';
import { floatingByCurrency } from '@/app/totals';
import { Pnl } from '@/ui/money';
import { PageHeader, Panel } from '@/ui/panel';
import { Empty, LoadError, SkeletonRows } from '@/ui/states';
import { CloseDialog } from './close-dialog';
import { PositionCards } from './position-cards';
import { PositionTable } from './position-table';
import { ProtectDialog } from './protect-dialog';

export function PositionsScreen() {
  const positions = useQuery({ ...positionsQuery(), refetchInterval: usePollInterval() });
  const { connectedBrokers, currencyOf } = useBrokers();
  const [accountId, setAccountId] = useState<string>();
  const [closing, setClosing] = useState<Position | null>(null);
  const [moving, setMoving] = useState<Position | null>(null);
  const shown = positions.data?.filter((position) => accountId === undefined || position.account_id === accountId) ?? [];
  // The dialog follows the live price; when the position closes by itself, the dialog keeps its last numbers.
  const live = closing === null ? null : (positions.data?.find((p) => p.id === closing.id) ?? closing);

  return (
    <>
      <PageHeader
        title="Positions"
        actions={connectedBrokers.length > 1 && <AccountSelect value={accountId} onChange={setAccountId} className="w-64 max-w-full" />}
      >
        Everything that is open, over all your brokers.
      </PageHeader>
      {shown.length > 0 && (
        <div className="mb-4 flex flex-wrap gap-x-8 gap-y-2">
          {floatingByCurrency(shown, currencyOf).map(({ currency, total }) => (
            <p key={currency} className="flex items-center gap-3">
              <span className="text-sm text-muted">Open P&amp;L, {currency}</span>
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
          <>
            <PositionTable positions={shown} onClose={setClosing} onMove={setMoving} />
            <PositionCards positions={shown} onClose={setClosing} onMove={setMoving} />
          </>
        )}
      </Panel>
      {moving !== null && <ProtectDialog key={moving.id} position={moving} onDone={() => setMoving(null)} />}
      {live !== null && <CloseDialog position={live} onDone={() => setClosing(null)} />}
    </>
  );
}

const NextStep = () => (
  <Link to="/webhooks" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
    Set up an alert
  </Link>
);
