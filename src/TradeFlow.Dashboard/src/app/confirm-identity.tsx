import { lazy, Suspense, useSyncExternalStore } from 'react';
import { confirmation } from '@/api/confirmation';

// With the forms it needs it is no part of the page's first load.
const Question = lazy(async () => ({ default: (await import('./identity-question')).IdentityQuestion }));

/** The one question that comes before whatever asks for a fresh proof of who somebody is. What was begun goes on once it is answered. */
export function ConfirmIdentity() {
  const isAsked = useSyncExternalStore(confirmation.subscribe, confirmation.snapshot);
  return <Suspense>{isAsked && <Question />}</Suspense>;
}
