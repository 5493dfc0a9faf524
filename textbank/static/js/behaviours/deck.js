// data-deck: the page that texts. Send, Skip and the keys go to its deck instead of leaving the page.
// data-deck-rest: a page without cards, where presses of an earlier visit still go.

import { Deck } from "../texting/deck.js";
import { Presses } from "../texting/presses.js";
import { say, showWaiting } from "../texting/words.js";

const CONTROLS = "a, button, input, summary, textarea, select";

function start(root) {
  const button = document.querySelector("[data-deck-send]");
  const reasons = document.getElementById("skip");
  const deck = new Deck(root, button, document.querySelector("[data-undo-blank]"));
  const acts = {
    "[data-press]": () => deck.press(),
    "[data-skip]": () => deck.askWhy(reasons),
    "[data-skip-reasons]": (submitter) => {
      reasons.close();
      deck.skip(submitter?.value ?? "");
    },
  };
  document.addEventListener("submit", (event) => {
    const form = Object.keys(acts).find((selector) => event.target.matches(selector));
    if (!form) return;
    event.preventDefault();
    acts[form](event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if (![" ", "Enter"].includes(event.key) || document.querySelector("dialog[open]")) return;
    const control = event.target.closest(CONTROLS);
    if (event.repeat && (!control || control === button)) return event.preventDefault(); // held down
    if (event.key !== " " || control) return;
    event.preventDefault();
    deck.press();
  }, true);
}

function startRest(root) {
  const presses = new Presses(root.dataset.store, {
    answered: (_press, answer) => (answer.card ? location.reload() : say(root, answer.word)),
    changed: () => showWaiting(root, presses),
  });
  presses.start();
}

document.querySelectorAll("[data-deck]").forEach(start);
document.querySelectorAll("[data-deck-rest]").forEach(startRest);
