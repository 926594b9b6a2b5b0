import { useLayoutEffect, useState, type RefObject } from 'react';

/** Up to here a list is drawn whole, so that the browser's own search finds everything. */
const small = 60;
/** Rows beyond the edges of the window, and the step in which the part that is drawn moves. */
const margin = 10;

export interface Part<T> {
  items: readonly T[];
  /** The place of the first of them in the whole list. */
  first: number;
  /** Room that the rows take that are not drawn, in pixels. */
  before: number;
  after: number;
}

/** The part of a long list of rows of one height that is in the window. `list` is the element whose children with `data-row` they are. */
export function useWindowed<T>(all: readonly T[], list: RefObject<HTMLElement | null>, guess: number): Part<T> {
  const [{ first, last, height }, setRange] = useState({ first: 0, last: small, height: guess });
  const long = all.length > small;

  useLayoutEffect(() => {
    if (!long) return;
    const look = (): void => {
      const element = list.current;
      // Not shown: the other layout is.
      if (element === null || element.offsetParent === null) return;
      const row = element.querySelector<HTMLElement>('[data-row]');
      const one = row === null || row.offsetHeight === 0 ? guess : row.offsetHeight;
      const above = -element.getBoundingClientRect().top / one;
      const from = Math.max(0, Math.floor(above / margin) * margin - margin);
      const to = from + Math.ceil(window.innerHeight / one / margin) * margin + 3 * margin;
      setRange((now) => (now.first === from && now.last === to && now.height === one ? now : { first: from, last: to, height: one }));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [long, list, guess]);

  if (!long) return { items: all, first: 0, before: 0, after: 0 };
  const from = Math.min(first, Math.max(0, all.length - small));
  const items = all.slice(from, last);
  return { items, first: from, before: from * height, after: (all.length - from - items.length) * height };
}
