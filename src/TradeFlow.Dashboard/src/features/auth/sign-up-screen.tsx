import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from '@/ui/button';
import { PasswordField, TextField } from '@/ui/field';
import { useFields } from '@/ui/form';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { signUp } from './queries';

const route = getRouteApi('/signup');
const shortest = 12;

export function SignUpScreen() {
  const search = route.useSearch();
  const { field, submit, problem, busy } = useFields({ defaultValues: { name: '', email: '', password: '' } });
  const create = submit(({ name, email, password }) => signUp({ name: name.trim(), email: email.trim(), password }));

  return (
    <AuthFrame
      title="Create your account"
      lead="Connect a broker, paste one message into TradingView, and watch the alert become an order. No card needed."
      foot={
        <>
          Already have an account?{' '}
          <Link to="/login" search={search} className="font-medium text-accent underline-offset-4 hover:underline">
            Log in
          </Link>
        </>
      }
    >
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void create(event)}>
        {problem !== null && <Notice kind="error" problem={problem} />}
        <TextField label="Name" autoComplete="name" required {...field('name')} />
        <TextField label="E-mail" type="email" autoComplete="username" required {...field('email')} />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          required
          minLength={shortest}
          help={`At least ${shortest} characters. A sentence is fine.`}
          {...field('password')}
        />
        <Button look="primary" type="submit" busy={busy}>
          Create account
        </Button>
      </form>
    </AuthFrame>
  );
}
