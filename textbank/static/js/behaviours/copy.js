// data-copy="<text>" copies the text; data-copy-from="<id>" copies what that element shows or holds.
// data-copied is the word shown afterwards.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom);
  const text = button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not every page may use the clipboard: leave the words selected, for the reader's own copy key.
    if (source) getSelection().selectAllChildren(source);
    return;
  }
  if (button.dataset.copied) {
    document.dispatchEvent(new CustomEvent("textbank:toast", { detail: { text: button.dataset.copied } }));
  }
});
