import { useSyncExternalStore } from 'react';

/** The breakpoints of the style sheet that say what is drawn at all, and not only how. */
const widths = { table: '(min-width: 48rem)', sidebar: '(min-width: 64rem)' };

const subscribes = Object.fromEntries(
  Object.entries(widths).map(([name, query]) => [
    name,
    (changed: () => void): (() => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
  ]),
) as Record<keyof typeof widths, (changed: () => void) => () => void>;

/** Is there room for it? What is long, or moves, or stands on every screen is drawn in one layout alone. */
export const useRoomFor = (what: keyof typeof widths): boolean => useSyncExternalStore(subscribes[what], () => window.matchMedia(widths[what]).matches);
