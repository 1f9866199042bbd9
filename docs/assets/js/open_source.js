// Where a page shows nothing of an object but its code, show the code.
document.addEventListener("DOMContentLoaded", () => {
  for (const source of document.querySelectorAll("details.mkdocstrings-source"))
    if (source.parentElement.children.length === 1) source.open = true;
});
