import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/states';
import { AuthFrame } from './auth-frame';
import { verifyQuery } from './queries';

const route = getRouteApi('/verify');

export function VerifyScreen() {
  const { token } = route.useSearch();
  const verified = useQuery(verifyQuery(token));
  const problem = problemOf(verified.error);
  return (
    <AuthFrame
      title={verified.isSuccess ? 'Your e-mail address is confirmed' : 'Confirm your e-mail address'}
      lead={verified.isSuccess ? 'Live accounts can be connected now.' : verified.isPending ? 'One moment.' : 'The link did not work.'}
      foot={
        <Link to="/" className="font-medium text-accent underline-offset-4 hover:underline">
          Go to TradeFlow
        </Link>
      }
    >
      {verified.isPending ? (
        <div role="status" aria-label="Confirming">
          <Skeleton className="h-10 w-full" />
        </div>
      ) : problem === null ? (
        <Notice kind="success" title="Done." />
      ) : problem.code === 'auth.token_used' ? (
        <Notice kind="info" title="This link has been used.">
          If it was you, the address is confirmed and there is nothing left to do.
        </Notice>
      ) : (
        <div className="flex flex-col items-start gap-4">
          <Notice kind="error" problem={problem} title={problem.message} className="w-full">
            {problem.code === 'auth.token_expired' && 'A new link can be sent from the settings, beside your address.'}
          </Notice>
          {problem.code.startsWith('auth.token') ? (
            <Link to="/settings" className="text-sm font-medium text-accent underline-offset-4 hover:underline">
              Open the settings
            </Link>
          ) : (
            <Button onClick={() => void verified.refetch()}>Try again</Button>
          )}
        </div>
      )}
    </AuthFrame>
  );
}
