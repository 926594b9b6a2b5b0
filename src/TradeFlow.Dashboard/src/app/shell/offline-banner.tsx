import { useQuery } from '@tanstack/react-query';
import { positionsQuery } from '@/api/queries/positions';
import { Notice } from '@/ui/notice';
import { useLive } from '../live-context';
import { When } from '../when';

/** Over every screen while the live connection is down: of when the figures are, and what still stands. */
export const OfflineBanner = () => (useLive() === 'offline' ? <NotConnected /> : null);

function NotConnected() {
  const { dataUpdatedAt } = useQuery({ ...positionsQuery(), enabled: false });
  return (
    <Notice kind="warning" className="mb-6" title="Not connected to TradeFlow">
      <p>
        {dataUpdatedAt > 0 && (
          <>
            Positions and prices are those of <When at={new Date(dataUpdatedAt).toISOString()} form="clock" />, not of now.{' '}
          </>
        )}
        The page tries again by itself. Stops and targets that your broker holds stay in force; to get out meanwhile, use its own platform.
      </p>
    </Notice>
  );
}
