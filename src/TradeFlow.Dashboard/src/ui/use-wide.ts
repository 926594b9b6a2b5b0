import { useSyncExternalStore } from 'react';

const query = '(min-width: 48rem)';

const subscribe = (changed: () => void): (() => void) => {
  const media = window.matchMedia(query);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

/** Is there room for a table? A list that is long and moves is drawn in one layout alone. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
