import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '@/api/problem';
import { Button } from '@/ui/button';
import { PasswordField, TextField } from '@/ui/field';
import { Notice } from '@/ui/notice';
import { AuthFrame } from './auth-frame';
import { signUp } from './queries';

const route = getRouteApi('/signup');
const shortest = 12;

export function SignUpScreen() {
  const search = route.useSearch();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const create = useMutation({ mutationFn: signUp });
  const problem = problemOf(create.error);
  const fields = problem?.fields ?? {};
  const inFields = ['name', 'email', 'password'].some((field) => fields[field] !== undefined);

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
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name: name.trim(), email: email.trim(), password });
        }}
      >
        {problem !== null && !inFields && <Notice kind="error" problem={problem} />}
        <TextField label="Name" autoComplete="name" required errors={fields['name']} value={name} onChange={(event) => setName(event.target.value)} />
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          errors={fields['email']}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          required
          minLength={shortest}
          errors={fields['password']}
          help={`At least ${shortest} characters. A sentence is fine.`}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button look="primary" type="submit" busy={create.isPending}>
          Create account
        </Button>
      </form>
    </AuthFrame>
  );
}
