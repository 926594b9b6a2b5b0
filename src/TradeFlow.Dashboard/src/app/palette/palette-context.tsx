import { useRouter } from '@tanstack/react-router';
import { createContext, lazy, Suspense, use, useCallback, useState, type ReactNode } from 'react';
import { useNavigation } from '@/app/shell/navigation';
import { useTheme } from '@/app/theme-context';
import { asksSomething, useKeys } from './keys';

// Neither is part of the page's first load.
const loadPalette = () => import('./palette');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const KeyHelp = lazy(async () => ({ default: (await import('./key-help')).KeyHelp }));

const PaletteContext = createContext<{ open: () => void; prepare: () => void } | null>(null);

/** Holds the palette over every screen and listens to the keys of the page. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<'palette' | 'keys' | null>(null);
  const { letters } = useTheme();
  const router = useRouter();
  const screens = useNavigation();
  const open = useCallback(() => setShown('palette'), []);
  const [value] = useState({ open, prepare: () => void loadPalette() });
  const close = (): void => setShown(null);

  useKeys({
    letters,
    // Over an open question nothing opens; over the palette it closes it.
    palette: () => setShown((now) => (now === 'palette' ? null : asksSomething() ? now : 'palette')),
    help: () => setShown('keys'),
    go: (letter) => {
      const found = screens.find(({ key }) => key === letter);
      if (found !== undefined) void router.navigate({ to: found.to });
    },
  });

  return (
    <PaletteContext value={value}>
      {children}
      <Suspense>
        {shown === 'palette' && <Palette onClose={close} onKeys={() => setShown('keys')} />}
        {shown === 'keys' && <KeyHelp onClose={close} />}
      </Suspense>
    </PaletteContext>
  );
}

export function usePalette() {
  const value = use(PaletteContext);
  if (value === null) throw new Error('usePalette outside PaletteProvider');
  return value;
}
