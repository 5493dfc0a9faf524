// data-key="s" on a button, link or box: that key presses it (or puts the cursor in it). "?" lists the keys.
// Plain keys keep quiet while someone types; "Mod+Enter" (Ctrl or Command) works there too, and Esc ends the typing.

const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled;
const BOXES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const typing = (element) => element.matches?.(BOXES);
const SHOWN = { Enter: "↵", " ": "␣", "Mod+Enter": "Ctrl ↵" };

// While a dialog is open, only its own keys count.
function keyed() {
  const scope = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  return [...scope.querySelectorAll("[data-key]")].filter(visible);
}

function nameOf(event) {
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Mod+${name}` : name;
}

function labelOf(element) {
  if (element.dataset.keyLabel || element.ariaLabel) return element.dataset.keyLabel || element.ariaLabel;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .visually-hidden").forEach((part) => part.remove());
  return copy.textContent.trim() || element.placeholder || "";
}

function openList() {
  const dialog = document.getElementById("shortcuts");
  const rows = keyed().flatMap((element) => {
    const key = document.createElement("dt");
    const label = document.createElement("dd");
    const shown = SHOWN[element.dataset.key] ?? element.dataset.key.toUpperCase().replace("MOD+", "Ctrl ");
    key.append(Object.assign(document.createElement("kbd"), { className: "key", textContent: shown }));
    label.textContent = labelOf(element);
    return [key, label];
  });
  dialog.querySelector("[data-shortcuts-list]").replaceChildren(...rows);
  dialog.querySelector("[data-shortcuts-none]").hidden = rows.length > 0;
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.altKey || event.isComposing || event.defaultPrevented) return;
  const name = nameOf(event);
  if (name === "Escape" && typing(event.target) && !event.target.closest("dialog")) return event.target.blur();
  if (typing(event.target) && !name.startsWith("Mod+")) return;
  if (name === "?" && !document.querySelector("dialog[open]")) return openList();
  // Space and Enter already press whatever has the focus.
  if (["Enter", " "].includes(name) && event.target.closest("a, button, input, summary")) return;
  const element = keyed().find((candidate) => candidate.dataset.key === name);
  if (!element) return;
  event.preventDefault();
  typing(element) ? element.focus() : element.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) openList();
});
