// What the texting page says about itself while somebody works on it.

// A quiet line above the card, which the next press clears. A toast would cover the name.
export function say(root, text = "") {
  const line = root.querySelector("[data-deck-notice]");
  line.textContent = text;
  line.hidden = !text;
}

// "{n} waiting" with n filled in; the words themselves come from the server.
export const within = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// "37 of 100", and how many are left. Who is back in hand counts as left again.
export function showProgress(root, left) {
  const total = Math.max(Number(root.dataset.total), left);
  const [words, note] = root.querySelectorAll(".deck-progress .progress-words > span");
  const done = total - Math.max(left, 0);
  words.textContent = within(root.dataset.progressWords, { done, total });
  note.textContent = within(root.dataset.leftWords, { left: total - done });
  const bar = root.querySelector("progress");
  bar.max = total;
  bar.value = done;
}

// Shown only when something keeps presses from going; touched only when it changes, as screen readers read it out.
export function showWaiting(root, presses) {
  const line = root.querySelector("[data-deck-waiting]");
  const words = within(line.dataset.words, { n: presses.waiting });
  line.hidden = !presses.isStuck;
  if (line.textContent !== words) line.textContent = words;
}
