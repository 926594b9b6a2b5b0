import { redirect } from '@tanstack/react-router';
import { isSignedIn, text } from '@/app/signed-in';

/** A path of this site to go to after the log-in; anything else is ignored, so that a link cannot send people elsewhere. */
export const next = (search: Record<string, unknown>): { next: string | undefined } => {
  const path = text(search['next']);
  // Always named: a value that is left out would be taken from the address as it is.
  return { next: path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined };
};

export const onlySignedOut = async ({ search }: { search: { next?: string | undefined } }): Promise<void> => {
  if (await isSignedIn().catch(() => false)) throw redirect({ to: search.next ?? '/', replace: true });
};
