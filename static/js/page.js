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

offerPrinting();
focusErrors();
cleanCodes();
