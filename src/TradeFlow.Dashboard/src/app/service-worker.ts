const script = '/sw.js';

interface TrustedScripts {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => { createScriptURL: (address: string) => unknown };
}

/** Registers the worker that shows the offline page. The server's policy knows one policy of trusted types: this one, made once, for this one address. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedScripts };
  const policy = trustedTypes?.createPolicy('tradeflow-worker', {
    createScriptURL: (address) => {
      if (address !== script) throw new TypeError(`${address} is no worker of ours.`);
      return address;
    },
  });
  // Without it the page works all the same.
  navigator.serviceWorker.register((policy?.createScriptURL(script) ?? script) as string).catch(() => undefined);
}
