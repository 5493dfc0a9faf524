// data-insert="<id>" writes data-insert-text into that box, where the cursor is or over what is selected.
// data-append="<id>" writes data-append-text at its end. Without this, a button may still submit its form.

function tell(box) {
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

document.addEventListener("click", (event) => {
  const inserter = event.target.closest("[data-insert]");
  const box = inserter && document.getElementById(inserter.dataset.insert);
  if (!box) return;
  box.setRangeText(inserter.dataset.insertText, box.selectionStart, box.selectionEnd, "end");
  tell(box);
});

document.addEventListener("click", (event) => {
  const appender = event.target.closest("[data-append]");
  const box = appender && document.getElementById(appender.dataset.append);
  if (!box) return;
  event.preventDefault();
  box.value = `${box.value.trimEnd()} ${appender.dataset.appendText}`.trim();
  tell(box);
  box.dispatchEvent(new Event("change", { bubbles: true }));
});
