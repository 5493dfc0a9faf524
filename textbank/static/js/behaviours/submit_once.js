// A form that was sent cannot be sent again until the answer is there. Forms that must, say data-submit-once="off".

const PATIENCE = 10_000; // a download answers without leaving the page: let go after a while

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");

function hold(form) {
  form.setAttribute("aria-busy", "true");
  for (const button of buttonsOf(form)) {
    if (button.disabled) continue;
    button.disabled = true;
    button.dataset.held = "";
  }
}

function release(form) {
  form.removeAttribute("aria-busy");
  for (const button of buttonsOf(form)) {
    if (!("held" in button.dataset)) continue;
    button.disabled = false;
    delete button.dataset.held;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const posts = form.method === "post" || form.hasAttribute("hx-post");
  if (!posts || form.dataset.submitOnce === "off") return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // After this turn: a disabled button would not send its own name and value.
  setTimeout(() => {
    if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
    hold(form);
    setTimeout(() => release(form), PATIENCE);
  });
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// The back button can bring the page as it was left, buttons held.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll('form[aria-busy="true"]').forEach(release);
});
