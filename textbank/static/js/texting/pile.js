// The cards in the page: the first is shown, the others wait behind it, ready to be.

const parsed = (html) => {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.children];
};

export class Pile {
  // place holds the cards, button sends the first of them.
  constructor(place, button) {
    Object.assign(this, { place, button });
  }

  get cards() {
    return [...this.place.children];
  }

  get current() {
    return this.cards[0];
  }

  get isStopped() {
    return !this.current || "stopped" in this.current.dataset;
  }

  get ids() {
    return this.cards.map((card) => card.dataset.card);
  }

  remove(id) {
    this.cards.find((card) => card.dataset.card === id)?.remove();
  }

  // What the server dealt, without the cards that are here or in `known`.
  take(html, known) {
    for (const card of parsed(html)) {
      if (![...this.ids, ...known].includes(card.dataset.card)) this.place.append(card);
    }
    this.draw();
  }

  // A card that comes back: "first" is shown at once, "next" after the one under the thumb, "last" in its turn.
  putBack(card, where) {
    const [made] = typeof card === "string" ? parsed(card) : [card];
    if (!made) return false;
    this.remove(made.dataset.card);
    if (where === "first") this.place.prepend(made);
    else if (where === "next" && this.current) this.current.after(made);
    else this.place.append(made);
    this.draw();
    return true;
  }

  stopAll() {
    for (const card of this.cards) card.dataset.stopped = "";
    this.draw();
  }

  draw() {
    // Who cannot be texted at this moment waits behind those who can.
    const [stopped, open] = [true, false].map((is) => this.cards.filter((card) => "stopped" in card.dataset === is));
    if (open.length && this.cards[0] !== open[0]) this.place.append(...stopped);
    this.cards.forEach((card, index) => {
      card.hidden = index > 0;
    });
    this.button.disabled = this.isStopped;
    if (!this.current) return;
    this.button.setAttribute("form", this.current.querySelector("[data-press]").id);
    this.button.setAttribute("aria-describedby", `card-name-${this.current.dataset.card}`);
  }
}
