import { anonymousApi, unwrap } from './client';
import { ApiProblem } from './problem';

/** Whether this browser makes and uses passkeys. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

/** Has the device make a passkey by the server's options. */
export const makePasskey = (options: unknown): Promise<unknown> =>
  ask(() => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON) }));

/** Has the device prove who holds it. What it signed opens a session, or renews the proof within one. */
export async function signWithPasskey(): Promise<unknown> {
  const options = await unwrap(anonymousApi.POST('/auth/passkey/options'));
  return ask(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON) }));
}

async function ask(device: () => Promise<Credential | null>): Promise<unknown> {
  let credential: Credential | null;
  try {
    credential = await device();
  } catch (error) {
    const isThere = error instanceof DOMException && error.name === 'InvalidStateError';
    throw notUsed(isThere ? 'This device has a passkey for your account already.' : 'The passkey was not used. Try again, or take another way.');
  }
  if (!(credential instanceof PublicKeyCredential)) throw notUsed('The device gave no passkey.');
  return credential.toJSON();
}

const notUsed = (detail: string): ApiProblem => new ApiProblem({ status: 0, code: 'passkey.not_used', title: 'The passkey was not used', detail });
