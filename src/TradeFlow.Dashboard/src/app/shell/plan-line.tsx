import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { usageQuery } from '@/api/queries/billing';
import { cx } from '@/ui/cx';

/** What is left of the trial, or why new trades are stopped, on every page; nothing while there is nothing to say. */
export function PlanLine({ onNavigate }: { onNavigate?: () => void }) {
  const usage = useQuery(usageQuery()).data;
  if (usage === undefined) return null;
  const days = usage.trial_days_left;
  if (usage.entries_allowed && days === null) return null;
  const hours = Math.floor((days ?? 0) * 24);
  const left = days === null ? '' : hours >= 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.max(1, hours)} h`;
  return (
    <Link
      to="/billing"
      {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
      className={cx(
        'mx-3 mb-3 flex flex-wrap items-center justify-between gap-x-2 rounded-lg border px-3 py-2 text-[0.8125rem]',
        usage.entries_allowed ? 'border-line text-muted hover:text-ink' : 'border-warn/40 bg-warn-soft text-ink',
      )}
    >
      {usage.entries_allowed ? (
        <>
          <span>
            Trial: <span className="font-medium text-ink">{usage.trades_limit === null ? usage.trades_count : `${usage.trades_count} of ${usage.trades_limit}`}</span> trades
          </span>
          <span className="font-medium whitespace-nowrap text-ink" title="Left of the trial">
            {left}
          </span>
        </>
      ) : (
        <span>New trades are stopped</span>
      )}
    </Link>
  );
}
