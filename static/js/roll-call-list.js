/* Today's rolls are kept on the device as soon as the list of them is opened. */

import { register, store } from "./roll-call-store.js";

async function keepToday(words) {
  if (!(await register(words.dataset.worker))) return;
  const pages = [...document.querySelectorAll("a[data-store]")].map((link) => link.pathname);
  const kept = await Promise.all([window.location.pathname, ...pages].map((page) => store(page)));
  words.textContent = words.dataset.words;
  words.hidden = !kept.every(Boolean);
}

const words = document.querySelector(".roll-stored");
if (words) keepToday(words).catch(() => {});
