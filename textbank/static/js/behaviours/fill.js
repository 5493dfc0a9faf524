// data-fill="<id>" writes data-fill-text into that box and puts the cursor at its end. Nothing is sent by it.
// data-fill-value goes into the box named by the box's own data-fill-keeps, so that the server knows which script it was.

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fill]");
  const box = chip && document.getElementById(chip.dataset.fill);
  if (!box) return;
  box.value = chip.dataset.fillText;
  const keeper = document.getElementById(box.dataset.fillKeeps);
  if (keeper) keeper.value = chip.dataset.fillValue ?? "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
});
