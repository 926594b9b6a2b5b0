// Says that TradeFlow is not reachable, instead of the browser's own page, and shows what is pushed. It answers navigations alone and keeps one file: no answer of the API, no token and
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

/** What the server sends (`PushBody`). Something is shown in any case: a browser takes the permission away from whoever is silent. */
const told = (data) => {
  try {
    const { title, body, url, tag } = data.json();
    return { title: String(title ?? 'TradeFlow'), body: String(body ?? ''), url: pathOf(url), tag: String(tag ?? '') };
  } catch {
    return { title: 'TradeFlow', body: 'Something happened. Open TradeFlow to see it.', url: '/', tag: '' };
  }
};

/** A notification leads to our own pages and nowhere else. */
const pathOf = (url) => {
  const { origin, pathname, search } = new URL(typeof url === 'string' ? url : '/', self.location.origin);
  return origin === self.location.origin ? pathname + search : '/';
};

self.addEventListener('push', (event) => {
  const { title, body, url, tag } = told(event.data);
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: '/icon-192.png', badge: '/icon-192.png', data: { url } }));
});

// A page that shows something else stays as it is: somebody may be in the middle of a form.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = pathOf(event.notification.data?.url);
  const open = async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const there = pages.find((page) => pathOf(page.url) === url);
    return there === undefined ? self.clients.openWindow(url) : there.focus();
  };
  event.waitUntil(open());
});
