// The composer: Ctrl+Enter sends, data-filter narrows a list of answers, and a text that could not be sent stays.

const say = (text, stay = false) =>
  document.dispatchEvent(new CustomEvent("textbank:toast", { detail: { text, stay } }));

document.addEventListener("input", (event) => {
  const list = document.getElementById(event.target.dataset?.filter);
  if (!list) return;
  const words = event.target.value.toLowerCase();
  for (const item of list.children) {
    const chip = item.firstElementChild;
    item.hidden = !`${chip.textContent} ${chip.dataset.fillText}`.toLowerCase().includes(words);
  }
});

// Enter in the search takes the first answer that is left.
document.addEventListener("keydown", (event) => {
  const list = document.getElementById(event.target.dataset?.filter);
  if (!list || event.key !== "Enter") return;
  event.preventDefault();
  [...list.children].find((item) => !item.hidden)?.firstElementChild.click();
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (event.target.matches("[data-composer]")) say("That did not go through. Your text is still here; press Send again.");
  });
}

// After a reply whoever waits next is one key away; else the cursor is ready for another thought. On a phone the
// keyboard would only cover the answer.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "live" || !matchMedia("(hover: hover)").matches) return;
  const next = document.querySelector(".composer-problem") ? null : document.querySelector(".next-waiting a");
  (next ?? document.getElementById("composer-text"))?.focus({ preventScroll: true });
});
