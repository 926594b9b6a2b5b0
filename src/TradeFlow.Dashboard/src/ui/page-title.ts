import { useEffect } from 'react';

/** The name of the page in the tab and for screen readers. By hand: a rendered title would come second to the one in index.html. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · TradeFlow`;
  }, [title]);
}
