/* What the roll call keeps on this device: pages in a cache, taps that are not sent in a database. Taps are numbers and
   words such as "present"; names stand on the pages alone. */

export const CACHE = "roll-call";
const DATABASE = "roll-call";
const TAPS = "taps";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TAPS, { keyPath: "id" });
  return done(request);
}

async function within(mode, act) {
  const database = await open();
  try {
    const transaction = database.transaction(TAPS, mode);
    const result = await act(transaction.objectStore(TAPS));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    return result;
  } finally {
    database.close();
  }
}

export function keep(taps) {
  localStorage.setItem("roll-call", "kept");
  return within("readwrite", async (store) => {
    for (const tap of taps) store.put(tap);
  });
}

export function drop(ids) {
  return within("readwrite", async (store) => {
    for (const id of ids) store.delete(id);
  });
}

/* The taps of one person, the earliest first. */
export async function waiting(viewer) {
  const all = await within("readonly", (store) => done(store.getAll()));
  return all.filter((tap) => tap.by === viewer).sort((one, other) => one.at - other.at);
}

/* Keep a page with all that it needs to be shown. */
export async function store(address) {
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const addresses = new Set(parts.map((part) => part.href || part.src));
  for (const name of ["roll-call.js", "roll-call-store.js", "page.js"]) addresses.add(new URL(name, import.meta.url).href);
  addresses.add(new URL("../css/roll-call.css", import.meta.url).href);
  const cache = await caches.open(CACHE);
  await Promise.all([...addresses].map((each) => cache.add(each).catch(() => {})));
  const page = await fetch(address);
  if (page.ok && !page.redirected) await cache.put(address, page);
  return page.ok && !page.redirected;
}

function inCharge() {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", () => resolve(true), { once: true });
    setTimeout(() => resolve(false), 5000);
  });
}

export async function register(worker) {
  if (!("serviceWorker" in navigator)) return false;
  localStorage.setItem("roll-call", "kept");
  await navigator.serviceWorker.register(worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  return Boolean(navigator.serviceWorker.controller) || inCharge();
}

export async function forgetPages() {
  if ("caches" in window) await caches.delete(CACHE);
}

/* Nothing of it stays on this device. */
export async function forget() {
  await forgetPages();
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  const workers = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistrations() : [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  localStorage.removeItem("roll-call");
}

async function unsent() {
  return within("readonly", (store) => done(store.count())).catch(() => 0);
}

/* Signing out: what waits is sent first; where it can't be, the roll call's page says so and asks. */
export async function leave(form) {
  window.dispatchEvent(new Event("roll-call-send"));
  for (let tries = 0; tries < 10 && (await unsent()) && navigator.onLine; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const question = document.querySelector(".roll-leaving");
  if ((await unsent()) && !question) {
    const [tap] = await within("readonly", (store) => done(store.getAll()));
    window.location.assign(tap.page);
    return;
  }
  if ((await unsent()) && !(await asked(question))) return;
  await forget();
  form.submit();
}

function asked(question) {
  question.hidden = false;
  question.scrollIntoView({ block: "center" });
  question.querySelector("button").focus();
  return new Promise((resolve) => {
    for (const [name, answer] of [["[data-stay]", false], ["[data-leave]", true]]) {
      question.querySelector(name).addEventListener(
        "click",
        () => {
          question.hidden = true;
          resolve(answer);
        },
        { once: true },
      );
    }
  });
}
