// One contact at a time: Send shows the next card at once, and the press goes to the server behind it.
// What is under the thumb never changes by itself: cards that come back wait behind the one that is shown.

import { Presses, post } from "./presses.js";
import { Undo } from "./undo.js";

const DOUBLE_TAP = 300; // milliseconds; a second tap this soon was not meant for the next person
const REFILL_AT = 8;

const say = (text) => text && document.dispatchEvent(new CustomEvent("textbank:toast", { detail: { text } }));
const within = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

class Deck {
  constructor(root) {
    this.root = root;
    this.place = root.querySelector("[data-deck-cards]");
    this.button = document.querySelector("[data-deck-send]");
    this.left = Number(root.dataset.left);
    this.total = Number(root.dataset.total);
    this.pressedAt = -Infinity;
    this.records = new Map(); // what became of the presses that can still be taken back
    const blank = document.querySelector("[data-undo-blank]");
    this.undo = new Undo(root.querySelector("[data-undo-place]"), blank, (press) => this.withdraw(press));
    this.presses = new Presses(root.dataset.store, {
      answered: (press, answer) => this.answered(press, answer),
      changed: () => this.presses && this.draw(),
    });
    for (const id of this.presses.ids) this.cardOf(id)?.remove();
    this.left -= this.presses.waiting;
    this.listen();
    this.draw();
  }

  get cards() {
    return [...this.place.children];
  }

  get current() {
    return this.cards[0];
  }

  cardOf(id) {
    return this.cards.find((card) => card.dataset.card === String(id));
  }

  listen() {
    document.addEventListener("submit", (event) => {
      if (event.target.matches("[data-press]")) this.intercept(event, () => this.press());
      if (event.target.matches("[data-skip]")) this.intercept(event, () => this.askWhy());
      if (event.target.matches("[data-skip-reasons]")) this.intercept(event, () => this.skip(event.submitter?.value));
    });
    document.addEventListener("keydown", (event) => {
      if (![" ", "Enter"].includes(event.key) || document.querySelector("dialog[open]")) return;
      const onControl = event.target.closest("a, button, input, summary, textarea");
      if (event.repeat && (!onControl || onControl === this.button)) return event.preventDefault(); // held down
      if (event.key !== " " || onControl) return;
      event.preventDefault();
      this.press();
    }, true);
  }

  intercept(event, act) {
    event.preventDefault();
    act();
  }

  press() {
    const card = this.current;
    if (!card || "stopped" in card.dataset || performance.now() - this.pressedAt < DOUBLE_TAP) return;
    this.pressedAt = performance.now();
    const form = card.querySelector("[data-press]");
    const { card: id, name } = card.dataset;
    const press = { id, name, url: form.action, card: form.elements.card.value };
    this.records.clear();
    this.records.set(id, { card });
    card.remove();
    this.left -= 1;
    this.undo.offer(press);
    this.presses.add(press);
    this.draw();
    this.speak(`Sent to ${name}.`);
  }

  answered(press, answer) {
    const record = this.records.get(press.id);
    if (record) record.answer = answer;
    if (answer.verdict === "queued") this.lastMessage = answer.message;
    else if (this.undo.press?.id === press.id) this.undo.clear();
    say(answer.word);
    if (answer.card) this.comesBack(answer);
    if (record?.withdraw && answer.undo) this.takeBack(answer.undo);
    this.draw();
  }

  // A moment that stops everybody stops this card too, so it is shown with the reason; else it waits its turn.
  comesBack({ card: html, everyone, verdict }) {
    const card = this.made(html);
    if (!card) return;
    this.left += 1;
    if (everyone) this.place.prepend(card);
    else if (verdict === "stale" && this.current) this.current.after(card);
    else this.place.append(card);
    if (everyone) for (const other of this.cards) other.dataset.stopped = "";
  }

  made(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    return box.content.firstElementChild;
  }

  // Three cases: it never left the phone, it is on its way there, or the server has it.
  withdraw(press) {
    const record = this.records.get(press.id);
    if (this.presses.take(press.id)) this.showAgain(record.card);
    else if (record?.answer?.undo) this.takeBack(record.answer.undo);
    else if (record) record.withdraw = true;
  }

  async takeBack(url) {
    const answer = await post(url, {}).catch(() => ({ word: "No signal, so that text could not be taken back." }));
    say(answer.word);
    const card = answer.card && this.made(answer.card);
    if (card) this.showAgain(card);
  }

  showAgain(card) {
    this.left += 1;
    this.place.prepend(card);
    this.draw();
    card.querySelector("h2").focus();
  }

  askWhy() {
    const title = document.getElementById("skip-title");
    title.textContent = within(title.dataset.words, { name: this.current.dataset.name });
    document.getElementById("skip").showModal();
  }

  async skip(reason = "") {
    document.getElementById("skip").close();
    const card = this.current;
    const url = card.querySelector("[data-skip]").action;
    card.remove();
    this.left -= 1;
    this.draw();
    this.speak("Skipped.");
    await post(url, { reason }).catch(() => this.showAgain(card));
  }

  draw() {
    const [first, ...rest] = this.cards;
    for (const card of rest) card.hidden = true;
    if (first) {
      first.hidden = false;
      this.button.setAttribute("form", first.querySelector("[data-press]").id);
      this.button.setAttribute("aria-describedby", `card-name-${first.dataset.card}`);
    }
    this.button.disabled = !first || "stopped" in first.dataset;
    this.count();
    if (this.cards.length <= REFILL_AT) this.refill();
  }

  count() {
    const done = Math.max(this.total - this.left, 0);
    const [words, note] = this.root.querySelectorAll(".deck-progress .progress-words > span");
    words.textContent = `${done} of ${this.total}`;
    note.textContent = `${this.left} to go`;
    this.root.querySelector("progress").value = done;
    this.root.querySelector("[data-deck-empty]").hidden = Boolean(this.current);
    showWaiting(this.root, this.presses);
  }

  async refill() {
    if (this.refilling || (this.cards.length && this.cards.length >= this.left)) return;
    this.refilling = true;
    const shown = [...this.cards.map((card) => card.dataset.card), ...this.presses.ids];
    const found = await fetch(`${this.root.dataset.more}?shown=${shown}`).then((answer) => answer.json()).catch(() => null);
    if (found) this.take(found);
    setTimeout(() => {
      this.refilling = false;
      if (!this.current) this.refill();
    }, 2000);
  }

  take({ cards, left }) {
    const box = document.createElement("template");
    box.innerHTML = cards;
    for (const card of [...box.content.children]) {
      const known = this.cardOf(card.dataset.card) || this.presses.ids.includes(card.dataset.card);
      if (!known) this.place.append(card);
    }
    if (!this.presses.waiting) this.left = left;
    if (this.current) this.draw();
    else if (!left && !this.presses.waiting) this.finish();
  }

  finish() {
    const { here } = this.root.dataset;
    location.replace(this.lastMessage ? `${here}?sent=${this.lastMessage}` : here);
  }

  speak(words) {
    const next = this.current ? ` Next: ${this.current.dataset.name}.` : "";
    this.root.querySelector("[data-deck-voice]").textContent = words + next;
  }
}

function showWaiting(root, presses) {
  const line = root.querySelector("[data-deck-waiting]");
  line.hidden = !presses.isStuck;
  const words = within(line.dataset.words, { n: presses.waiting });
  if (line.textContent !== words) line.textContent = words;
}

for (const root of document.querySelectorAll("[data-deck]")) new Deck(root);

// Where there are no cards, presses of an earlier visit still go; what comes back is shown by the page anew.
for (const root of document.querySelectorAll("[data-deck-rest]")) {
  const presses = new Presses(root.dataset.store, {
    answered: (_press, answer) => (answer.card ? location.reload() : say(answer.word)),
    changed: () => presses && showWaiting(root, presses),
  });
}
