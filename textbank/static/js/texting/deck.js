// One contact at a time: Send shows the next card at once, and the press goes to the server behind it.
// What is under the thumb never changes by itself: a card that comes back waits behind the one that is shown,
// unless the reason stops everybody.

import { Pile } from "./pile.js";
import { Presses, post } from "./presses.js";
import { Undo } from "./undo.js";
import { say, showProgress, showWaiting, within } from "./words.js";

const DOUBLE_TAP = 300; // milliseconds; a second tap this soon was not meant for the next person
const REFILL_AT = 8;
const REFILL_PAUSE = 2000;
const LOOK_AGAIN = 60_000;

export class Deck {
  constructor(root, button, blankUndo) {
    this.root = root;
    this.left = Number(root.dataset.left);
    this.pressedAt = -Infinity;
    this.moves = 0; // what happened since the page was opened: a card left or came back, a press was answered
    this.leftMeanwhile = new Set();
    this.pile = new Pile(root.querySelector("[data-deck-cards]"), button);
    this.undo = new Undo(root.querySelector("[data-undo-place]"), blankUndo, (press) => this.withdraw(press));
    this.presses = new Presses(root.dataset.store, {
      answered: (press, answer) => this.answered(press, answer),
      changed: () => this.draw(),
    });
    // Pressed on an earlier visit: what the server made of them is not known yet, so neither is the count.
    this.isCatchingUp = this.presses.waiting > 0;
    for (const id of this.presses.ids) this.pile.remove(id);
    this.pile.draw();
    this.presses.start();
    this.draw();
  }

  press() {
    const card = this.pile.current;
    if (this.pile.isStopped || performance.now() - this.pressedAt < DOUBLE_TAP) return;
    this.pressedAt = performance.now();
    say(this.root);
    const form = card.querySelector("[data-press]");
    const press = { id: card.dataset.card, name: card.dataset.name, url: form.action, card: form.elements.card.value };
    this.last = { press, card };
    this.leave(card);
    this.undo.offer(press);
    this.presses.add(press);
    this.speak(`Sent to ${press.name}.`);
  }

  // Only the last press can be taken back. It has not left the phone, or is on its way, or the server has it.
  withdraw(press) {
    const { card, answer } = this.last;
    if (this.presses.take(press.id)) return this.comeBack(card, "first");
    this.onItsWayBack = press.id;
    if (answer?.undo) this.takeBack(answer.undo);
    else this.last.isUnwanted = true;
  }

  async takeBack(url) {
    const answer = await post(url, {}).catch(() => ({ word: "No signal: that text could not be taken back." }));
    say(this.root, answer.word);
    this.onItsWayBack = null;
    if (answer.card) this.comeBack(answer.card, "first");
    else this.draw();
  }

  async skip(reason) {
    const card = this.pile.current;
    this.leave(card);
    this.speak("Skipped.");
    const url = card.querySelector("[data-skip]").action;
    await post(url, { reason }).catch(() => this.comeBack(card, "next"));
  }

  answered(press, answer) {
    const isLast = this.last?.press.id === press.id;
    this.moves += 1;
    if (isLast) this.last.answer = answer;
    if (answer.verdict === "queued") this.message = answer.message;
    else if (isLast) {
      this.undo.clear();
      this.onItsWayBack = null;
    }
    // A card that is shown again says itself why.
    if (answer.word && !answer.everyone) say(this.root, answer.word);
    if (answer.everyone) this.pile.stopAll();
    if (answer.card) this.comeBack(answer.card, answer.everyone ? "first" : answer.verdict === "stale" ? "next" : "last");
    if (isLast && this.last.isUnwanted && answer.undo) this.takeBack(answer.undo);
    this.draw();
  }

  leave(card) {
    card.remove();
    this.left -= 1;
    this.moves += 1;
    this.pile.draw();
    this.draw();
    // Only now: drawing may ask for more cards, and the server does not know yet that this one left.
    this.leftMeanwhile.add(card.dataset.card);
  }

  comeBack(card, where) {
    if (!this.pile.putBack(card, where)) return;
    this.left += 1;
    this.moves += 1;
    if (where === "first") this.pile.current.querySelector("h2").focus();
    this.draw();
  }

  draw() {
    if (!this.presses) return;
    showProgress(this.root, this.left);
    showWaiting(this.root, this.presses);
    this.root.querySelector("[data-deck-empty]").hidden = Boolean(this.pile.current);
    if (this.pile.current && this.pile.isStopped) this.again ??= setTimeout(() => location.reload(), LOOK_AGAIN);
    const isCaughtUp = this.isCatchingUp && !this.presses.waiting;
    const isShort = this.pile.cards.length <= REFILL_AT && this.pile.cards.length < this.left;
    if (isCaughtUp || isShort || this.left <= 0) this.refill();
  }

  async refill() {
    if (this.isRefilling) return;
    this.isRefilling = true;
    this.leftMeanwhile.clear();
    const { moves } = this;
    const known = [...this.pile.ids, ...this.presses.ids];
    const answer = await fetch(`${this.root.dataset.more}?shown=${known}`).catch(() => null);
    const found = answer?.ok && !answer.redirected ? await answer.json() : null;
    if (found) this.take(found, moves === this.moves);
    setTimeout(() => {
      this.isRefilling = false;
      this.draw();
    }, REFILL_PAUSE);
  }

  take({ cards, left }, isFresh) {
    // An answer can be older than the last press: what left since it was asked for does not come back with it,
    // what is being taken back comes by itself, and how many are left is asked again.
    this.pile.take(cards, [...this.presses.ids, ...this.leftMeanwhile, this.onItsWayBack]);
    if (this.presses.waiting || this.onItsWayBack || !isFresh) return;
    this.left = left;
    this.isCatchingUp = false;
    if (!left) return this.finish();
    this.draw();
  }

  finish() {
    const { here } = this.root.dataset;
    location.replace(this.message ? `${here}?sent=${this.message}` : here);
  }

  speak(words) {
    const next = this.pile.current ? ` Next: ${this.pile.current.dataset.name}.` : "";
    this.root.querySelector("[data-deck-voice]").textContent = words + next;
  }

  askWhy(dialog) {
    const title = dialog.querySelector("h2");
    title.textContent = within(title.dataset.words, { name: this.pile.current.dataset.name });
    dialog.showModal();
  }
}
