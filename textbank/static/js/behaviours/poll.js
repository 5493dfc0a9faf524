// data-poll="5" raises the event "poll" on the element every five seconds, for htmx to act on: only while it can be
// seen and the page is looked at. Coming back to the page asks at once.

const asked = new WeakMap();

function ask(element, now) {
  asked.set(element, now);
  element.dispatchEvent(new CustomEvent("poll"));
}

function askAll({ atOnce }) {
  if (document.hidden || !navigator.onLine) return;
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-poll]")) {
    if (!asked.has(element)) asked.set(element, now);
    const isDue = now - asked.get(element) >= Number(element.dataset.poll) * 1000;
    if ((atOnce || isDue) && element.checkVisibility()) ask(element, now);
  }
}

setInterval(() => askAll({ atOnce: false }), 1000);
document.addEventListener("visibilitychange", () => askAll({ atOnce: true }));
