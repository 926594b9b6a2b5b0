import { anonymousApi, unwrap } from '@/api/client';
import { session } from '@/api/session';

export async function logIn(body: { email: string; password: string; totp?: string }): Promise<void> {
  session.accept(await unwrap(anonymousApi.POST('/auth/login', { body })));
}

export async function signUp(body: { email: string; password: string; name: string }): Promise<void> {
  session.accept(await unwrap(anonymousApi.POST('/auth/signup', { body })));
}
