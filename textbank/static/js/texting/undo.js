// The strip that offers to take the last text back, for as long as that is possible.

export class Undo {
  // withdraw(press) is called when somebody presses Undo.
  constructor(place, blank, withdraw) {
    Object.assign(this, { place, blank, withdraw });
    place.addEventListener("submit", (event) => {
      if (!this.press) return; // drawn by the server: an ordinary form
      event.preventDefault();
      const press = this.press;
      this.clear();
      this.withdraw(press);
    });
    place.addEventListener("animationend", (event) => {
      if (event.target.matches(".undo") && event.animationName === "undo-over") this.clear();
    });
  }

  offer(press) {
    const strip = this.blank.content.firstElementChild.cloneNode(true);
    strip.querySelector("span").textContent = `Sent to ${press.name}`;
    strip.removeAttribute("role"); // the page's own voice says it
    this.press = press;
    this.place.replaceChildren(strip);
  }

  clear() {
    this.press = null;
    this.place.replaceChildren();
  }
}
