import { Search } from 'lucide-react';
import { Keys } from '@/ui/keys';
import { paletteKey } from './keys';
import { usePalette } from './palette-context';

export function PaletteButton() {
  const { open, prepare } = usePalette();
  return (
    <button
      type="button"
      onClick={open}
      onPointerEnter={prepare}
      aria-haspopup="dialog"
      className="hidden h-9 items-center gap-2.5 rounded-lg border border-line bg-surface px-3 text-[0.8125rem] text-muted transition-colors hover:border-line-strong hover:text-ink lg:inline-flex"
    >
      <Search aria-hidden className="size-4" strokeWidth={1.75} />
      Search and commands
      <Keys keys={paletteKey} />
    </button>
  );
}
