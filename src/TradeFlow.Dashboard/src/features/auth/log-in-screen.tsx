import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem, problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { PasswordField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { logIn } from './queries';

const route = getRouteApi('/login');

export function LogInScreen() {
  const search = route.useSearch();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const attempt = useMutation({
    mutationFn: logIn,
    onError: (error) => {
      if (error instanceof ApiProblem && error.code === 'auth.totp_required') setNeedsCode(true);
    },
  });
  const problem = problemOf(attempt.error);
  const asked = problem?.code === 'auth.totp_required' && code === '';

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
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate({ email: email.trim(), password, ...(needsCode ? { totp: code.replaceAll(/\s/g, '') } : {}) });
        }}
      >
        {problem !== null && !asked && (
          <Notice kind="error" problem={problem} title={problem.status === 429 ? waitText(problem) : loginText(problem)} />
        )}
        {needsCode ? (
          <TextField
            label="Code from your authenticator, or a recovery code"
            autoComplete="one-time-code"
            inputMode="text"
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        ) : (
          <>
            <TextField label="E-mail" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />
            <PasswordField label="Password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
          </>
        )}
        <Button look="primary" type="submit" busy={attempt.isPending}>
          {needsCode ? 'Continue' : 'Log in'}
        </Button>
        {needsCode && (
          <Button
            look="ghost"
            onClick={() => {
              setNeedsCode(false);
              setCode('');
              attempt.reset();
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
