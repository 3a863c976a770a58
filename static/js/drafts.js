/* A long form is kept while it is filled in, a moment after each change. The button does the same without this. */

const PAUSE = 1500;

async function keep(form, button, said) {
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
      credentials: "same-origin",
    });
    said.textContent = answer.status === 204 ? said.dataset.kept : "";
  } catch {
    said.textContent = "";
  }
}

for (const button of document.querySelectorAll("[data-keep]")) {
  const form = button.form;
  const said = form.querySelector("[data-kept]");
  let waiting;
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form, button, said), PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}
