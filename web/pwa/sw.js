// The service worker: the shell and the engine at hand without a network, and safe updates.
//
// A page is asked from the network first, so that a reload always gets the newest; its files have names
// that change with their content, so they are taken from the cache first. A new worker waits until no
// page of the old build is open before it clears the old files away. Answers keep their headers, also
// those that isolate the page (COOP, COEP). Everything under /api and /ws but samples goes by untouched.
// The build replaces the two names in capitals (scripts/service_worker.mjs).
const SHELL = `shell-${'__VERSION__'}`;
const SAMPLES = 'samples';
const FILES = __FILES__;
const PAGE = '/';
const PATIENCE = 4000; // ms for the network before a kept page is shown

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([PAGE, ...FILES])));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((n) => n !== SHELL && n !== SAMPLES).map((n) => caches.delete(n))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (/^\/api\/soundfonts\/[^/]+\/presets\//.test(url.pathname)) event.respondWith(sample(request));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(file(request));
});

async function page(request) {
  const kept = () => caches.match(PAGE);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(kept);
  try {
    const answer = await Promise.race([
      fetch(request),
      patience.then((page) => page ?? new Promise(() => {})),
    ]);
    // A proxy speaking for a server that is down is no page.
    return answer.status < 500 ? answer : ((await kept()) ?? answer);
  } catch (error) {
    const page = await kept();
    if (page) return page;
    throw error;
  }
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// The browser's own cache answers fast when it may; this one is for being offline.
async function sample(request) {
  const cache = await caches.open(SAMPLES);
  try {
    const answer = await fetch(request);
    if (answer.ok) void cache.put(request, answer.clone()).catch(() => {}); // no room left: next time
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
