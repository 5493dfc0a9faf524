// data-choose-all ticks every row of its table; data-chosen-count shows how many are ticked in its form.

function recount(form) {
  const boxes = [...form.querySelectorAll(".table-select")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-chosen-count]")) place.textContent = String(chosen);
  for (const all of form.querySelectorAll("[data-choose-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (!form) return;
  if (event.target.matches("[data-choose-all]")) {
    const rows = event.target.closest("table").querySelectorAll(".table-select");
    for (const box of rows) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-choose-all], .table-select")) recount(form);
});
