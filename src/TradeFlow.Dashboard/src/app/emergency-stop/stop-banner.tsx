import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { stopProgressQuery } from '@/api/queries/stop-progress';
import { useBrokers } from '@/app/broker-context';
import { useUser } from '@/app/user-context';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { toasts } from '@/ui/toast';
import { stopQuery, useResume } from './queries';
import { stopProgressText } from './stop-text';

/** Over every screen while accounts are off: what is still open, and the way back. */
export function StopBanner() {
  const { canTrade } = useUser();
  const { connectedBrokers } = useBrokers();
  const stop = useQuery(stopQuery()).data;
  const step = useQuery(stopProgressQuery()).data;
  const resume = useResume();
  const allOff = connectedBrokers.length > 0 && !connectedBrokers.some((account) => account.enabled);
  if (stop?.active !== true && !allOff) return null;

  const stopped = stop?.accounts ?? [];
  const errors = stopped.flatMap((account) => account.errors);
  const gaveUp = stopped.some((account) => account.state === 'not_flat');
  const closing = stopped.some((account) => account.state === 'closing');
  const names = stopped.map((account) => account.name).join(', ');
  return (
    <Notice
      kind={gaveUp ? 'error' : 'warning'}
      className="mb-6"
      title={allOff ? 'All accounts disabled. Re-enable to resume trading.' : `Disabled by an emergency stop: ${names}. Re-enable to resume trading.`}
    >
      {gaveUp && <p className="font-medium text-ink">Not everything could be closed. Close what is left at the broker.</p>}
      {closing && !gaveUp && <p className="font-medium text-ink">Not everything is closed yet. Closing goes on.{step != null && ` ${stopProgressText(step)}`}</p>}
      {errors.length > 0 && (
        <ul className="my-1.5 list-disc pl-5">
          {errors.map((error) => (
            <li key={error} className="break-words">
              {error}
            </li>
          ))}
        </ul>
      )}
      <p>Signals are refused until then; closing positions still works.</p>
      {canTrade && stopped.some((account) => account.will_resume) ? (
        <Button
          size="sm"
          className="mt-2.5"
          busy={resume.isPending}
          onClick={() =>
            resume.mutate(undefined, {
              onSuccess: ({ accounts_enabled }) => toasts.success('Trading resumed', `${accounts_enabled} ${accounts_enabled === 1 ? 'account takes' : 'accounts take'} signals again.`),
              onError: toasts.problem,
            })
          }
        >
          {closing ? 'Re-enable accounts and end the stop' : 'Re-enable accounts'}
        </Button>
      ) : (
        <Link to="/accounts" className="font-medium text-ink underline underline-offset-4">
          Go to accounts
        </Link>
      )}
    </Notice>
  );
}
