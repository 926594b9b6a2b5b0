import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { PasswordField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { reset } from './queries';

const route = getRouteApi('/reset');
const shortest = 12;

export function ResetScreen() {
  const { token } = route.useSearch();
  const [done, setDone] = useState(false);
  const { field, submit, problem, busy } = useFields({ defaultValues: { password: '' } });
  const save = submit(async ({ password }) => {
    await reset({ token, password });
    setDone(true);
  });
  const isGone = problem?.code.startsWith('auth.token') === true;
  return (
    <AuthFrame
      title={done ? 'Your password is set' : 'Choose a new password'}
      lead={
        done
          ? 'Every session and personal access token has ended. Account keys and two-factor log-in stay.'
          : 'It ends every session and every personal access token.'
      }
      foot={
        <Link to="/login" search={{ next: undefined }} className="font-medium text-accent underline-offset-4 hover:underline">
          {done ? 'Log in' : 'Back to log in'}
        </Link>
      }
    >
      {done ? (
        <Notice kind="success" title="Log in with your new password." />
      ) : (
        <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void save(event)}>
          {problem !== null && (
            <Notice kind="error" problem={problem} title={problem.message}>
              {isGone && (
                <Link to="/forgot" search={{ next: undefined }} className="font-medium text-accent underline-offset-4 hover:underline">
                  Ask for a new link
                </Link>
              )}
            </Notice>
          )}
          <PasswordField
            label="New password"
            autoComplete="new-password"
            required
            minLength={shortest}
            help={`At least ${shortest} characters. A sentence is fine.`}
            {...field('password')}
          />
          <Button look="primary" type="submit" busy={busy} disabled={isGone}>
            Set password
          </Button>
        </form>
      )}
    </AuthFrame>
  );
}
