import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { forgot } from './queries';

export function ForgotScreen() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { field, submit, problem, busy } = useFields({ defaultValues: { email: '' } });
  const ask = submit(async ({ email }) => {
    await forgot({ email: email.trim() });
    setSentTo(email.trim());
  });
  return (
    <AuthFrame
      title={sentTo === null ? 'Forgot your password?' : 'Look into your mailbox'}
      lead={sentTo === null ? 'A link to a new one is mailed to you. Your accounts and open positions stay as they are.' : 'The link works once, for 30 minutes.'}
      foot={
        <Link to="/login" search={{ next: undefined }} className="font-medium text-accent underline-offset-4 hover:underline">
          Back to log in
        </Link>
      }
    >
      {sentTo === null ? (
        <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void ask(event)}>
          {problem !== null && <Notice kind="error" problem={problem} />}
          <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
          <Button look="primary" type="submit" busy={busy}>
            Send the link
          </Button>
        </form>
      ) : (
        <Notice kind="success" title={`If ${sentTo} has an account here, a mail is on its way.`}>
          Nothing there after a few minutes? Look into the folder for spam.
        </Notice>
      )}
    </AuthFrame>
  );
}
