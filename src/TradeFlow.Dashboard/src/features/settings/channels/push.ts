import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { ChannelInput } from '@/api/types';

export type Subscription = NonNullable<ChannelInput['subscription']>;

/** What this browser can do. `id` is that of its subscription, as the server names it. */
export type Here = { can: 'never' | 'from-home-screen' | 'denied' } | { can: 'yes'; id: string | null };

/** Safari of iPhones and iPads pushes to apps of the home screen alone; the one of iPads calls itself one of a Mac. */
const isOfApple = (): boolean => /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

const idOf = async (subscription: PushSubscription | null): Promise<string | null> =>
  subscription === null ? null : hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint)));

async function look(): Promise<Here> {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return { can: isOfApple() ? 'from-home-screen' : 'never' };
  const worker = await navigator.serviceWorker.getRegistration();
  if (worker === undefined) return { can: 'never' };
  if (Notification.permission === 'denied') return { can: 'denied' };
  return { can: 'yes', id: await idOf(await worker.pushManager.getSubscription()) };
}

export const hereQuery = () => queryOptions({ queryKey: ['push-here'], queryFn: look, staleTime: 0, refetchOnWindowFocus: 'always' });

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

const isSame = (one: ArrayBuffer | null, other: Uint8Array): boolean => one !== null && hex(one) === hex(other.slice().buffer);

/**
 * Asks for the permission, which a browser grants on a click alone, and subscribes.
 * @param anew Even where there is a subscription: its push service has ended it.
 * @returns `null` when the person says no.
 */
export async function subscribe(anew: boolean): Promise<Subscription | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null;
  const key = bytesOf((await unwrap(api.GET('/api/user/notification_settings/push'))).public_key);
  const { pushManager } = await navigator.serviceWorker.ready;
  let now = await pushManager.getSubscription();
  // A subscription is good for the key that it was made with.
  if (now !== null && (anew || !isSame(now.options.applicationServerKey, key))) {
    await now.unsubscribe();
    now = null;
  }
  now ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = now.toJSON();
  return { endpoint: endpoint ?? null, keys: { p256dh: keys?.['p256dh'] ?? null, auth: keys?.['auth'] ?? null } };
}

export async function unsubscribe(): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
