// Toasts leave after a while, unless the pointer or the keyboard is on them or they must be read.
// The server or another behavior raises one with the event textbank:toast and {text, stay}.

const STAY = 6_000;
const timers = new WeakMap();

function start(toast) {
  if ("toastStay" in toast.dataset) return;
  clearTimeout(timers.get(toast));
  timers.set(toast, setTimeout(() => toast.remove(), STAY));
}

const toastAt = (event) => event.target.closest?.("[data-toast]");

function pause(event) {
  const toast = toastAt(event);
  if (toast) clearTimeout(timers.get(toast));
}

function resume(event) {
  const toast = toastAt(event);
  if (toast && !toast.contains(event.relatedTarget)) start(toast);
}

document.addEventListener("pointerover", pause);
document.addEventListener("focusin", pause);
document.addEventListener("pointerout", resume);
document.addEventListener("focusout", resume);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toast-close]")) toastAt(event)?.remove();
});

document.addEventListener("textbank:toast", (event) => {
  const blank = document.getElementById("toast-blank");
  const toast = blank.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-text").textContent = event.detail.text;
  if (event.detail.stay) toast.dataset.toastStay = "";
  document.querySelector("[data-toasts]").append(toast);
});

// Whoever adds one, page, swap or event, its time begins when it is there.
const region = document.querySelector("[data-toasts]");
if (region) {
  region.querySelectorAll("[data-toast]").forEach(start);
  new MutationObserver(() => {
    for (const toast of region.querySelectorAll("[data-toast]")) if (!timers.has(toast)) start(toast);
  }).observe(region, { childList: true });
}
