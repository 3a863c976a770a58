/* The way into an online lesson opens by itself: when its time has come, what is shown is taken over from the page as it
   is then. Without this the button is there when the page is opened again. */

const EVERY = 10_000;

let since = Date.now();

/* Counted by how long the page has been open: a tablet's own clock may be wrong. */
const isTime = (door) => Date.now() - since >= Number(door.dataset.opensIn) * 1000;

async function lookAgain(card) {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.redirected) location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector(".today-card");
    if (!now) return;
    const wasIn = card.contains(document.activeElement);
    card.replaceChildren(...now.childNodes);
    since = Date.now();
    if (wasIn) card.querySelector("a")?.focus();
  } catch {
    /* no network: what is shown stays, and it is tried again */
  }
}

setInterval(() => {
  const card = document.querySelector(".today-card");
  const door = card?.querySelector("[data-opens-in]");
  if (door && isTime(door)) lookAgain(card);
}, EVERY);
