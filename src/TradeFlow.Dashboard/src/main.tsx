import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import './index.css';
import { notifyManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { gathered } from '@/api/gathered';
import { App } from '@/app/app';
import { registerServiceWorker } from '@/app/service-worker';

// An open dialog locks the page's scrolling by a style element (react-remove-scroll). The server's policy takes it with the nonce of this page, which the library reads here.
Object.assign(globalThis, { __webpack_nonce__: document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce });

registerServiceWorker();
notifyManager.setScheduler(gathered());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
