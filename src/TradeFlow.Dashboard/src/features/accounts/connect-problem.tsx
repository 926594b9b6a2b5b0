import type { ApiProblem } from '@/api/problem';
import { Notice } from '@/ui/notice';
import { hasLapsed } from './log-in';

/** Why a log-in did not end in an account, where no field can say it. */
export function ConnectProblem({ problem, broker }: { problem: ApiProblem; broker: string }) {
  const titles: Record<string, string> = {
    'broker.credentials_rejected': `${broker} did not accept this log-in`,
    'broker.unreachable': `${broker} did not answer. Nothing was saved; try again in a moment.`,
    'broker.not_available': `${broker} is not available at the moment`,
    'rate.limited': `Too many log-ins at ${broker}`,
    'plan.limit_reached': 'Your plan has no room for another account',
    'trial.used': 'This log-in has had its trial',
    'auth.verify_email': 'Confirm your e-mail address first',
    'account.already_connected': 'This account is connected already',
    'account.other_broker_account': 'These credentials lead to another account',
  };
  if (hasLapsed(problem))
    return (
      <Notice className="mb-4" kind="error" title="The time for the last step is over">
        Nothing was saved. Send the log-in again, and {broker} will ask once more.
      </Notice>
    );
  return <Notice className="mb-4" kind="error" problem={problem} title={titles[problem.code] ?? problem.title} />;
}
