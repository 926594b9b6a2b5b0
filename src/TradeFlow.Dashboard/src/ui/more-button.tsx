import { Button } from './button';

/** The next page of a list that is read by cursor. */
export function MoreButton({ has, busy, onMore }: { has: boolean; busy: boolean; onMore: () => void }) {
  if (!has) return null;
  return (
    <div className="border-t border-line p-3 text-center">
      <Button size="sm" busy={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  );
}
