// The view that is open is in sight, however narrow the strip of tabs is and however often htmx renews it.

function showCurrent(root) {
  for (const tab of root.querySelectorAll(".tabs [aria-current]")) {
    const strip = tab.closest(".tabs");
    const beyond = tab.getBoundingClientRect().right - strip.getBoundingClientRect().right;
    if (beyond > 0) strip.scrollLeft += Math.ceil(beyond);
  }
}

showCurrent(document);
document.addEventListener("htmx:load", (event) => showCurrent(event.target));
