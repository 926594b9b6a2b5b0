import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { canUsePasskeys } from '@/api/passkeys';
import { ApiProblem, unreachable } from '@/api/problem';
import { Button } from '@/ui/button';
import { PasswordField, TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { logIn, logInWithPasskey } from './queries';

const route = getRouteApi('/login');

export function LogInScreen() {
  const search = route.useSearch();
  const [needsCode, setNeedsCode] = useState(false);
  const { field, submit, problem, forgetProblem, busy, setValue } = useFields({ defaultValues: { email: '', password: '', code: '' } });
  const byPasskey = useMutation({ mutationFn: logInWithPasskey });
  const attempt = submit(async ({ email, password, code }) => {
    try {
      await logIn({ email: email.trim(), password, ...(needsCode ? { totp: code.replaceAll(/\s/g, '') } : {}) });
    } catch (error) {
      const asksForCode = !needsCode && error instanceof ApiProblem && error.code === 'auth.totp_required';
      if (!asksForCode) throw error;
      setNeedsCode(true);
    }
  });

  return (
    <AuthFrame
      title={needsCode ? 'Enter your code' : 'Log in'}
      lead={needsCode ? 'Your account is protected by a second factor.' : 'Welcome back.'}
      foot={
        <>
          New here?{' '}
          <Link to="/signup" search={search} className="font-medium text-accent underline-offset-4 hover:underline">
            Create an account
          </Link>
        </>
      }
    >
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void attempt(event)}>
        {problem !== null && <Notice kind="error" problem={problem} title={problem.status === 429 ? waitText(problem) : loginText(problem)} />}
        {needsCode ? (
          <TextField label="Code from your authenticator, or a recovery code" autoComplete="one-time-code" inputMode="text" required autoFocus {...field('code')} />
        ) : (
          <>
            <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
            <PasswordField label="Password" autoComplete="current-password" required {...field('password')} />
            <Link to="/forgot" search={search} className="-mt-2 self-start text-[0.8125rem] font-medium text-accent underline-offset-4 hover:underline">
              Forgot your password?
            </Link>
          </>
        )}
        <Button look="primary" type="submit" busy={busy}>
          {needsCode ? 'Continue' : 'Log in'}
        </Button>
        {canUsePasskeys() && (
          <Button busy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            <Fingerprint aria-hidden className="size-4" />
            Log in with a passkey
          </Button>
        )}
        {byPasskey.isError && <Notice kind="error" problem={unreachable(byPasskey.error)} />}
        {needsCode && (
          <Button
            look="ghost"
            onClick={() => {
              setNeedsCode(false);
              setValue('code', '');
              forgetProblem();
            }}
          >
            Use another account
          </Button>
        )}
      </form>
    </AuthFrame>
  );
}

const loginText = (problem: ApiProblem): string =>
  problem.code === 'auth.invalid_credentials' ? 'The e-mail, password or code is not right.' : problem.title;

const waitText = (problem: ApiProblem): string =>
  problem.retryAfterSeconds === null ? 'Too many attempts. Wait a little.' : `Too many attempts. Try again in ${problem.retryAfterSeconds} s.`;
