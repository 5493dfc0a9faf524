// data-keep-focus on what htmx renews: a link in it that had the focus has it again afterwards.

let held = null;

const holds = (target) => target.matches("[data-keep-focus]") || target.querySelector("[data-keep-focus]");

document.addEventListener("htmx:beforeSwap", (event) => {
  const link = document.activeElement;
  const inside = holds(event.detail.target) && event.detail.target.contains(link);
  held = inside && link.href ? link.getAttribute("href") : null;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (held === null) return;
  const again = [...event.detail.target.querySelectorAll("a")].find((link) => link.getAttribute("href") === held);
  again?.focus({ preventScroll: true });
  held = null;
});
