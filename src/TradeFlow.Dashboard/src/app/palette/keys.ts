import { useEffect, useEffectEvent } from 'react';

/** Where a letter is text and no command. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** A question that is open is answered first. */
export const asksSomething = (): boolean => document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How the key of the palette is written on this machine. */
export const paletteKey = isApple ? '⌘K' : 'Ctrl K';

/** How long after G the letter of a screen may come. */
const patience = 1500;

interface Keys {
  /** Single letters can be switched off: speech and unsteady hands press them by accident. */
  letters: boolean;
  palette: () => void;
  help: () => void;
  /** A letter after G; false where it leads nowhere. */
  go: (letter: string) => void;
}

/** The keys of the whole page. */
export function useKeys(keys: Keys): void {
  const press = useEffectEvent((event: KeyboardEvent, afterG: boolean): boolean => {
    if (event.defaultPrevented || event.altKey) return false;
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      keys.palette();
      return false;
    }
    if (!keys.letters || event.metaKey || event.ctrlKey || isTyping(event.target) || asksSomething()) return false;
    if (afterG) keys.go(event.key.toLowerCase());
    else if (event.key === '?') keys.help();
    else return event.key === 'g';
    event.preventDefault();
    return false;
  });

  useEffect(() => {
    let since = -Infinity;
    const listen = (event: KeyboardEvent): void => {
      since = press(event, event.timeStamp - since < patience) ? event.timeStamp : -Infinity;
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
