/**
 * Runs what is scheduled within one frame together: answers that come in a burst, as at the start, are one drawing of the page and not one each. By a timer, since a
 * page that nobody looks at has no frames.
 */
export function gathered(every = 16): (run: () => void) => void {
  let waiting: (() => void)[] = [];
  const flush = (): void => {
    const due = waiting;
    waiting = [];
    // Each on its own, so that one that throws takes no other with it, and all before the page is drawn.
    for (const run of due) queueMicrotask(run);
  };
  return (run) => {
    if (waiting.push(run) === 1) setTimeout(flush, every);
  };
}
