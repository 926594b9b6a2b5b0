import type { Plugin } from 'vite';

const call = /^__insertCSS\(.*\);?$/m;

/** The module of sonner without the call that puts its style element into the page. */
export function withoutStyleElement(code: string): string {
  if (call.test(code)) return code.replace(call, '');
  throw new Error('sonner no longer calls __insertCSS(…): see how this version brings its style into the page, and keep it out (vite.sonner.ts).');
}

/**
 * sonner adds a style element to the page when it is loaded. The server's policy refuses it (style-src 'self'), and the browser of every visitor would log that.
 * Its rules come with our own style sheet (index.css) instead.
 */
export function sonnerWithoutStyleElement(): Plugin {
  return {
    name: 'sonner-without-style-element',
    apply: 'build',
    transform: {
      filter: { id: /\/node_modules\/sonner\/dist\/index\.m?js$/ },
      handler: (code) => ({ code: withoutStyleElement(code), map: null }),
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.code.includes('[data-sonner-toaster]'))
          this.error(`${chunk.fileName} carries the style sheet of sonner: the page would add a style element that the server's policy refuses (vite.sonner.ts).`);
    },
  };
}
