import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { isRecord } from '@/api/problem';
import { knownZone, type ZoneChoice } from '@/ui/time';

export type Theme = 'light' | 'dark' | 'system';

interface Display {
  theme: Theme;
  zone: ZoneChoice;
  /** Do single letters of the keyboard lead somewhere? */
  letters: boolean;
}

interface ThemeContextValue extends Display {
  setTheme: (theme: Theme) => void;
  setZone: (zone: ZoneChoice) => void;
  setLetters: (letters: boolean) => void;
}

// How the page looks is all that is ever kept in the browser's storage. public/theme.js reads it before the first paint.
const storageKey = 'tradeflow.display';
const ThemeContext = createContext<ThemeContextValue | null>(null);
const darkQuery = '(prefers-color-scheme: dark)';

const standard: Display = { theme: 'system', zone: 'local', letters: true };

/** As this browser showed it last, for what is asked before the page is drawn. */
export function displayed(): Display {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    if (!isRecord(value)) return standard;
    const theme = value['theme'] === 'light' || value['theme'] === 'dark' ? value['theme'] : 'system';
    return { theme, zone: knownZone(value['zone']), letters: value['letters'] !== false };
  } catch {
    return standard;
  }
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [display, setDisplay] = useState(displayed);

  useEffect(() => {
    const media = window.matchMedia(darkQuery);
    const paint = (): void => {
      const dark = display.theme === 'dark' || (display.theme === 'system' && media.matches);
      document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    };
    paint();
    media.addEventListener('change', paint);
    return () => media.removeEventListener('change', paint);
  }, [display.theme]);

  useEffect(() => {
    try {
      localStorage.setItem(storageKey, JSON.stringify(display));
    } catch {
      // Storage is closed to us: the choice lasts as long as the page.
    }
  }, [display]);

  const change = useCallback((next: Partial<Display>) => setDisplay((now) => ({ ...now, ...next })), []);
  const setTheme = useCallback((theme: Theme) => change({ theme }), [change]);
  const setZone = useCallback((zone: ZoneChoice) => setDisplay((now) => (now.zone === zone ? now : { ...now, zone })), []);
  const setLetters = useCallback((letters: boolean) => change({ letters }), [change]);
  const value = useMemo<ThemeContextValue>(() => ({ ...display, setTheme, setZone, setLetters }), [display, setTheme, setZone, setLetters]);

  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): ThemeContextValue {
  const value = use(ThemeContext);
  if (value === null) throw new Error('useTheme outside ThemeProvider');
  return value;
}
