/* The big screen stands untouched for days: each minute it takes over what has changed, and nothing while the network is away. */

const EVERY = 60_000;

async function lookAgain() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.redirected) location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document.querySelector("main"), page.querySelector("main")];
    if (there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  } catch {
    /* no network: what is shown stays */
  }
}

setInterval(lookAgain, EVERY);
