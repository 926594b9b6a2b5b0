import { useQuery } from '@tanstack/react-query';
import { usageQuery } from './queries';

export function TrialLine() {
  const usage = useQuery(usageQuery());
  if (usage.data === undefined) return null;
  const { trades_count, trades_limit, trial_days_left } = usage.data;
  const days = trial_days_left == null ? null : Math.max(0, Math.ceil(trial_days_left));
  return (
    <p className="text-[0.8125rem] text-muted">
      Trial: <span className="font-medium text-ink">{trades_limit == null ? trades_count : `${trades_count} of ${trades_limit}`}</span> trades
      {days !== null && (
        <>
          , <span className="font-medium text-ink">{days}</span> {days === 1 ? 'day' : 'days'} left
        </>
      )}
    </p>
  );
}
