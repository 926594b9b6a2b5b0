import { Link } from '@tanstack/react-router';
import { Notice } from '@/ui/notice';
import { useBrokers } from '../broker-context';

export function StoppedBanner() {
  const { connectedBrokers } = useBrokers();
  if (connectedBrokers.length === 0 || connectedBrokers.some((account) => account.enabled)) return null;
  return (
    <Notice kind="warning" className="mb-6" title="All accounts disabled. Re-enable to resume trading.">
      Signals are refused until then; closing positions still works.{' '}
      <Link to="/accounts" className="font-medium text-ink underline underline-offset-4">
        Go to accounts
      </Link>
    </Notice>
  );
}
