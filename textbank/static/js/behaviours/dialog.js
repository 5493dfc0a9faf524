// data-dialog="<id>" opens that dialog; data-dialog-close, Esc and a press beside it close it.
// A dialog that htmx brings in with data-dialog-open opens by itself.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    document.getElementById(opener.dataset.dialog)?.showModal();
    return;
  }
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  if (event.target.closest("[data-dialog-close]") || beside(dialog, event)) dialog.close();
});

document.addEventListener("htmx:load", (event) => {
  const arrived = event.target;
  const dialog = arrived.matches("[data-dialog-open]") ? arrived : arrived.querySelector("[data-dialog-open]");
  if (dialog && !dialog.open) dialog.showModal();
});

// What was saved a moment ago may renew the part of the page in which a dialog has just opened: it stays as it is.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.querySelector("dialog[open]")) event.detail.shouldSwap = false;
});

// Presses on the veil reach the dialog itself; so does Enter in a field, which has no place and is not one.
function beside(dialog, event) {
  if (event.target !== dialog || event.detail === 0) return false;
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom
  );
}
