// The page at hand without a network (pwa/sw.js). Only in a build, and only once the page is up, so that
// it never competes with the first load.
export function keepPage() {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.register('/sw.js').catch(() => {}); // refused: the page works all the same
}
