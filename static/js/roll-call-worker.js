/* Shows stored roll calls where the network is away. Everything else goes its usual way. */

const CACHE = "roll-call";
const PAGES = /^\/(lessons\/\d+\/)?roll-call$/;
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function inTime(request) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("slow")), PATIENCE);
    fetch(request).then(resolve, reject);
  });
}

/* A page that is refused now (signed out, another role) must not come from the store later. */
async function page(request) {
  const path = new URL(request.url).pathname;
  const stored = (await caches.has(CACHE)) ? await (await caches.open(CACHE)).match(path) : undefined;
  try {
    const answer = await (stored ? inTime(request) : fetch(request));
    const isHers = answer.ok && answer.type !== "opaqueredirect" && !answer.redirected;
    if (stored && !isHers && answer.status < 500) await (await caches.open(CACHE)).delete(path);
    if (stored && isHers) await (await caches.open(CACHE)).put(path, answer.clone());
    return stored && answer.status >= 500 ? stored : answer;
  } catch (error) {
    if (stored) return stored;
    throw error;
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const stored = await caches.match(request, { ignoreSearch: true });
    if (stored) return stored;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (PAGES.test(address.pathname) && request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(part(request));
});
