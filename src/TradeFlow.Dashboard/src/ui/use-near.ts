import { useEffect, useState, type RefObject } from 'react';

/** True once the element has come into the window and the page had a moment for it: for what is heavy and mostly below the edge. */
export function useNear(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    let cancel = (): void => undefined;
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      cancel = whenIdle(() => setNear(true));
    });
    watch.observe(element.current);
    return () => {
      watch.disconnect();
      cancel();
    };
  }, [element]);
  return near;
}

/** Not every browser tells when it is idle: there the next task has to do. */
function whenIdle(run: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = window.requestIdleCallback(run, { timeout: 1000 });
    return () => window.cancelIdleCallback(handle);
  }
  const timer = setTimeout(run);
  return () => clearTimeout(timer);
}
