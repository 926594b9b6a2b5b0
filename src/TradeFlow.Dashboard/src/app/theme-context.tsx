import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
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

function stored(): Display {
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
  const [display, setDisplay] = useState(stored);

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

  const value = useMemo<ThemeContextValue>(() => {
    const keep = (next: Display): void => {
      setDisplay(next);
      try {
        localStorage.setItem(storageKey, JSON.stringify(next));
      } catch {
        // Storage is closed to us: the choice lasts as long as the page.
      }
    };
    return { ...display, setTheme: (theme) => keep({ ...display, theme }), setZone: (zone) => keep({ ...display, zone }), setLetters: (letters) => keep({ ...display, letters }) };
  }, [display]);

  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): ThemeContextValue {
  const value = use(ThemeContext);
  if (value === null) throw new Error('useTheme outside ThemeProvider');
  return value;
}
