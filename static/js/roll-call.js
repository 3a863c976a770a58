/* The roll call with the network down: every tap is kept on this device first, shown at once, and sent when it can be.
   Each has a name of its own, so that sending it twice does no harm. */

import { drop, keep, register, store, waiting } from "./roll-call-store.js";

const state = document.querySelector(".roll-state");
const roll = document.querySelector("form.roll");
const lesson = Number(state.dataset.lesson);
const viewer = Number(state.dataset.viewer);
const LEVELS = ["active", "passive", "declined", "unavailable"];
const AGAIN_AFTER = 15000;
const FRESH_AFTER = 1500;
let lastAt = 0;
let isSending = false;
let isAskedAgain = false;
let isStored = !navigator.onLine;
let refresh;

/* A name that no other tap has; crypto.randomUUID is missing in WebViews of Android 8. */
function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function tapOf(name, person, word, how) {
  lastAt = Math.max(Date.now(), lastAt + 1);
  const said = name === "incident" ? { incident: word } : LEVELS.includes(word) ? { participation: word } : { kind: word };
  const offline = !navigator.onLine;
  return { id: newName(), lesson, person, by: viewer, at: lastAt, how, offline, page: window.location.pathname, ...said };
}

function buttonsOf(person) {
  return [...roll.querySelectorAll(`[data-person="${person}"] button[name=tap]`)];
}

function show(tap) {
  if (tap.incident || tap.lesson !== lesson) return;
  const word = tap.kind || tap.participation;
  const row = LEVELS.includes(word) ? LEVELS : null;
  for (const button of buttonsOf(tap.person)) {
    const own = button.value.split(":")[1];
    if (row ? row.includes(own) : !LEVELS.includes(own)) button.setAttribute("aria-pressed", String(own === word));
  }
}

function isEntered(person) {
  return buttonsOf(person).some((button) => button.getAttribute("aria-pressed") === "true");
}

function everybodyLeft() {
  return [...roll.querySelectorAll("[data-person]")]
    .filter((line) => !isEntered(line.dataset.person))
    .map((line) => tapOf("tap", Number(line.dataset.person), "onLeave" in line.dataset ? "leave" : "present", "all_here"));
}

function say(words, kind) {
  state.hidden = false;
  state.className = `${kind} roll-state`;
  state.replaceChildren(...[words].flat().map((line) => Object.assign(document.createElement("p"), { textContent: line })));
}

async function tell(isSignedOut = false, refused = []) {
  const left = (await waiting(viewer)).length;
  const { sent, stored, kept, signedOut } = state.dataset;
  const words = left ? (isSignedOut ? signedOut : kept).replace("{n}", left) : isStored ? stored : sent;
  const whys = [...new Set(refused.map((item) => item.why))].join(" ");
  const lines = refused.length ? [words, state.dataset.refused.replace("{n}", refused.length).replace("{why}", whys)] : [words];
  say(lines, left || refused.length ? "warning" : "notice");
}

async function press(event) {
  const button = event.submitter;
  if (!button || !button.name || !window.indexedDB) return;
  event.preventDefault();
  const [person, word] = button.value.split(":");
  const taps = button.name === "all" ? everybodyLeft() : [tapOf(button.name, Number(person), word, "tap")];
  try {
    await keep(taps);
  } catch {
    roll.removeEventListener("submit", press);
    button.click(); // nothing can be kept here: the plain form does it
    return;
  }
  taps.forEach(show);
  if (button.name === "incident") button.setAttribute("aria-pressed", "true");
  await tell();
  await send();
}

function packed(taps) {
  const now = Date.now();
  const common = (tap) => ({ id: tap.id, lesson: tap.lesson, person: tap.person, age: Math.max(0, now - tap.at) });
  return JSON.stringify({
    entries: taps
      .filter((tap) => !tap.incident)
      .map((tap) => ({ ...common(tap), kind: tap.kind, participation: tap.participation, how: tap.how, offline: tap.offline })),
    incidents: taps.filter((tap) => tap.incident).map((tap) => ({ ...common(tap), kind: tap.incident })),
  });
}

/* A fresh token first: that of a stored page may have run out, and somebody else may be signed in now. */
async function upload(taps) {
  const asked = await fetch(state.dataset.token, { headers: { Accept: "application/json" } });
  if (asked.redirected || !asked.ok) return { isSignedOut: true };
  const { token, viewer: who } = await asked.json();
  if (who !== viewer) return { isSignedOut: true };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(state.dataset.upload, { method: "POST", headers, body: packed(taps) });
  if (answer.redirected) return { isSignedOut: true };
  if (answer.status === 400) return { kept: [], refused: taps.map((tap) => ({ id: tap.id, why: "" })) };
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function send() {
  if (isSending) {
    isAskedAgain = true; // the network came back while we were failing
    return;
  }
  isSending = true;
  let answer = {};
  try {
    for (let taps = await waiting(viewer); taps.length; taps = await waiting(viewer)) {
      answer = await upload(taps.slice(0, 500));
      if (answer.isSignedOut) break;
      await drop([...answer.kept, ...answer.refused.map((item) => item.id)]);
      if (answer.refused.length) break;
    }
    if (!answer.isSignedOut && answer.kept) freshen();
  } catch {
    await keep((await waiting(viewer)).map((tap) => ({ ...tap, offline: true })));
  }
  isSending = false;
  await tell(answer.isSignedOut, answer.refused);
  if (isAskedAgain) {
    isAskedAgain = false;
    await send();
  }
}

/* The stored page learns what was sent, so that it shows it when it is opened without a network. */
function freshen() {
  clearTimeout(refresh);
  refresh = setTimeout(() => store(window.location.pathname).catch(() => {}), FRESH_AFTER);
}

async function begin() {
  if (!roll || !window.indexedDB) return;
  roll.addEventListener("submit", press);
  (await waiting(viewer)).forEach(show);
  window.addEventListener("online", send);
  window.addEventListener("roll-call-send", send);
  setInterval(async () => (await waiting(viewer)).length && send(), AGAIN_AFTER);
  try {
    if (await register(state.dataset.worker)) isStored = await store(window.location.pathname);
  } catch {
    // without a network there is nothing to store: this page came from the store
  }
  await send();
}

begin();
