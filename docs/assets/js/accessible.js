// What the theme leaves out for those who do not use a mouse.
const SCROLLING = "div.arithmatex, .md-typeset__scrollwrap, pre > code";

function reachable() {
  for (const region of document.querySelectorAll(SCROLLING))
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
}

window.addEventListener("load", () => {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.fonts.ready.then(reachable);
});
window.addEventListener("resize", reachable);
