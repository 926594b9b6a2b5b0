// Says that TradeFlow is not reachable, instead of the browser's own page. It answers navigations alone and keeps one file: no answer of the API, no token and
// no page with numbers is ever kept, because old numbers must not look like those of now.
const page = '/offline.html';
const kept = 'tradeflow-offline';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.add(new Request(page, { cache: 'reload' }))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(page)) ?? Response.error()));
});
