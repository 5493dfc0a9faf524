// data-menu="<id>" on a button shows and hides that element; Esc and a press elsewhere hide it.

const openButtons = () => document.querySelectorAll('[data-menu][aria-expanded="true"]');

function show(button, open) {
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.dataset.menu)?.toggleAttribute("data-open", open);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  for (const other of openButtons()) {
    const inside = document.getElementById(other.dataset.menu)?.contains(event.target);
    if (other !== button && !inside) show(other, false);
  }
  if (button) show(button, button.getAttribute("aria-expanded") !== "true");
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const button of openButtons()) {
    show(button, false);
    button.focus();
  }
});
