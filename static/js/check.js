/* Asks, while a form is filled in, what its answers so far come to. Without it the form has a button that does the same. */

const WAIT = 400;

/* What is typed goes into an address: everything but the token that protects the form. */
function asked(form, url) {
  const answers = new URLSearchParams(new FormData(form));
  answers.delete("csrf_token");
  const address = new URL(url, location.href);
  for (const [name, value] of answers) address.searchParams.append(name, value);
  return address;
}

function offerReason(form, place) {
  const reason = form.querySelector("[data-override]");
  if (place.querySelector("[data-may-override]")) reason.hidden = false;
}

function watch(place) {
  const form = place.closest("form");
  let timer;
  let waiting = new AbortController();

  async function ask() {
    waiting.abort();
    waiting = new AbortController();
    try {
      const answer = await fetch(asked(form, place.dataset.check), { signal: waiting.signal });
      if (!answer.ok || answer.redirected) return;
      place.innerHTML = await answer.text();
      offerReason(form, place);
    } catch {
      /* no network, or already asked anew: the button still works */
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

for (const place of document.querySelectorAll("[data-check]")) watch(place);
