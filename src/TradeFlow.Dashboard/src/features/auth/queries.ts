import { queryOptions } from '@tanstack/react-query';
import { anonymousApi, unwrap } from '@/api/client';
import { signWithPasskey } from '@/api/passkeys';
import { session } from '@/api/session';

export async function logIn(body: { email: string; password: string; totp?: string }): Promise<void> {
  session.accept(await unwrap(anonymousApi.POST('/auth/login', { body })));
}

export async function logInWithPasskey(): Promise<void> {
  const credential = await signWithPasskey();
  session.accept(await unwrap(anonymousApi.POST('/auth/passkey', { body: { credential } })));
}

export async function signUp(body: { email: string; password: string; name: string }): Promise<void> {
  session.accept(await unwrap(anonymousApi.POST('/auth/signup', { body })));
}

export const verifyQuery = (token: string) =>
  queryOptions({
    queryKey: ['verify', token],
    // The link works once: whoever comes back to the page has its answer already.
    queryFn: async () => {
      await unwrap(anonymousApi.POST('/auth/verify', { body: { token } }));
      return true;
    },
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  });

export async function forgot(body: { email: string }): Promise<void> {
  await unwrap(anonymousApi.POST('/auth/forgot', { body }));
}

export async function reset(body: { token: string; password: string }): Promise<void> {
  await unwrap(anonymousApi.POST('/auth/reset', { body }));
}
