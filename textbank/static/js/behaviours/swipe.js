// data-swipe on a row: a swipe to the left presses its archive button, which is there for everybody else too.

const FAR_ENOUGH = 90;
let start = null;

document.addEventListener("touchstart", (event) => {
  const row = event.target.closest("[data-swipe]");
  start = row && event.touches.length === 1 ? { row, x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });

document.addEventListener("touchmove", (event) => {
  if (!start) return;
  const left = start.x - event.touches[0].clientX;
  if (Math.abs(event.touches[0].clientY - start.y) > 30) return reset();
  start.row.style.transform = left > 10 ? `translateX(${-Math.min(left, 120)}px)` : "";
}, { passive: true });

document.addEventListener("touchend", (event) => {
  if (!start) return;
  const { row, x } = start;
  const left = x - event.changedTouches[0].clientX;
  reset();
  if (left >= FAR_ENOUGH) row.querySelector("[formaction]")?.click();
}, { passive: true });

document.addEventListener("touchcancel", () => start && reset());

function reset() {
  start.row.style.transform = "";
  start = null;
}
