/* What only a browser can do. Every page works without it. */

function offerPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const words of document.querySelectorAll("[data-print-words]")) words.hidden = true;
}

function focusErrors() {
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}

/* A code copied from a text often brings spaces or a dash along. */
function cleanCodes() {
  for (const input of document.querySelectorAll("input[autocomplete=one-time-code]")) {
    input.addEventListener("input", () => {
      const digits = input.value.normalize("NFKC").replace(/\D/g, "");
      if (digits !== input.value) input.value = digits;
    });
  }
}

/* What the roll call keeps on this device leaves it with whoever signs out; a stranger is shown none of its pages. */
function hasRoll() {
  try {
    return Boolean(localStorage.getItem("roll-call"));
  } catch {
    return false;
  }
}

async function signOut(event) {
  if (!hasRoll()) return;
  event.preventDefault();
  const { leave } = await import("./roll-call-store.js");
  await leave(event.target);
}

async function forgetTheRoll() {
  const forms = document.querySelectorAll('form[action$="/sign-out"]');
  for (const form of forms) form.addEventListener("submit", signOut);
  if (!forms.length && hasRoll()) await (await import("./roll-call-store.js")).forgetPages();
}

/* A text to paste elsewhere. Where copying isn't allowed, the text is marked, and the phone offers to copy it. */
async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    if (!document.execCommand("copy")) return;
  }
  const said = button.parentElement.querySelector("[data-copied]");
  said.textContent = said.dataset.copied;
}

function offerCopying() {
  for (const row of document.querySelectorAll("[data-copy-row]")) {
    row.hidden = false;
    const button = row.querySelector("[data-copy]");
    button.addEventListener("click", () => copy(button));
  }
}

offerPrinting();
offerCopying();
focusErrors();
cleanCodes();
forgetTheRoll();
