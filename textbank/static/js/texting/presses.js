// Presses on Send that the server has not answered yet. Each is kept in localStorage until it has been, so that
// neither a closed tab nor a dead phone loses one. Sending one again does no harm: its card carries its own token.

const WAITS = [1, 2, 4, 8, 15, 30]; // seconds
const AT_ONCE = 4;
const PATIENCE = 15_000;

export class Presses {
  #kept = new Map();
  #busy = new Set();
  #tried = new Set();
  #failures = 0;
  #timer = null;

  // answered(press, answer) when the server has spoken, changed() whenever the numbers below change.
  constructor(prefix, { answered, changed }) {
    Object.assign(this, { prefix, answered, changed });
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(prefix)) continue;
      const press = JSON.parse(localStorage.getItem(key));
      this.#kept.set(press.id, press);
    }
  }

  start() {
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => document.hidden || this.#retryNow());
    this.#pump();
  }

  get waiting() {
    return this.#kept.size;
  }

  get isStuck() {
    return this.#failures > 0 && this.waiting > 0;
  }

  get ids() {
    return [...this.#kept.keys()];
  }

  add(press) {
    this.#tried.delete(press.id);
    this.#kept.set(press.id, press);
    try {
      localStorage.setItem(this.prefix + press.id, JSON.stringify(press));
    } catch {
      // Full or forbidden: it still goes, as long as the page is open.
    }
    this.changed();
    this.#pump();
  }

  // Takes back a press that has never been on its way; false when it was: the server may have it, answer or not.
  take(id) {
    if (this.#tried.has(id) || !this.#kept.has(id)) return false;
    this.#forget(id);
    return true;
  }

  #forget(id) {
    this.#kept.delete(id);
    localStorage.removeItem(this.prefix + id);
    this.changed();
  }

  #retryNow() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#pump();
  }

  #pump() {
    if (this.#timer) return;
    for (const press of this.#kept.values()) {
      if (this.#busy.size >= AT_ONCE) return;
      if (!this.#busy.has(press.id)) this.#send(press);
    }
  }

  async #send(press) {
    this.#busy.add(press.id);
    this.#tried.add(press.id);
    const answer = await post(press.url, { card: press.card }).catch(() => null);
    this.#busy.delete(press.id);
    if (answer) {
      this.#failures = 0;
      this.#forget(press.id);
      this.answered(press, answer);
      this.#pump();
    } else if (!this.#timer) {
      this.#timer = setTimeout(() => this.#retryNow(), WAITS[Math.min(this.#failures, WAITS.length - 1)] * 1000);
      this.#failures += 1;
      this.changed();
    }
  }
}

// Posts a form in the background and returns the server's answer. Throws when there is none worth keeping: no signal,
// a server in trouble, or a sign-in that has run out.
export async function post(url, fields) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "X-CSRFToken": token },
    keepalive: true,
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 404) return { verdict: "not yours", word: "" };
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}
