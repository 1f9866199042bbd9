"""What a page of the documentation must satisfy, as functions.

Each returns a list of faults in words, empty for a good page. The tests of the
site and the tests with planted faults call the same functions.
"""

import html.parser
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

VENDOR = pathlib.Path(__file__).parent / "vendor"

# A formula between $...$ or $$...$$, as in the Markdown sources.
FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?!\s)[^$\n]+?\$", re.DOTALL)
CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|`[^`\n]+`", re.DOTALL | re.MULTILINE)

MATHS = """() => [...document.querySelectorAll(".arithmatex")].map(e => ({
  text: e.textContent.trim().slice(0, 60),
  good: !!e.querySelector(".katex") && !e.classList.contains("katex-error")
        && !e.querySelector(".katex-error")
        && e.getBoundingClientRect().width > 0,
}))"""

# Formulas whose dollar signs reached the reader.
UNTYPESET = r"""() => {
  const walker = document.createTreeWalker(
    document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("pre, code, .arithmatex, script, style"))
      continue;
    if (/\$\$|\$\\|\\\(|\\\[|\\(frac|log|mathbb|theta)\b/.test(node.data))
      found.push(node.data.trim().slice(0, 60));
  }
  return found;
}"""

IMAGES = """async () => {
  const faults = [];
  for (const image of document.querySelectorAll("img")) {
    image.loading = "eager";
    try { await image.decode(); } catch { faults.push(image.src); continue; }
    if (!image.naturalWidth) faults.push(image.src);
    if (!image.alt) faults.push("no text for " + image.src);
  }
  return faults;
}"""

# The page itself, and what sticks out of it without a scroll bar of its own.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const faults = [];
  const page = document.documentElement.scrollWidth;
  if (page > width) faults.push(`the page is ${page} px wide`);
  for (const element of document.querySelectorAll("article *")) {
    const { right, width: w, height } = element.getBoundingClientRect();
    if (right <= width + 1 || !w || !height) continue;
    let up = element.parentElement;
    while (up && !/auto|scroll|hidden/.test(getComputedStyle(up).overflowX))
      up = up.parentElement;
    if (!up || up.contains(document.querySelector("article")))
      faults.push(`<${element.localName}> reaches to ${right} px: `
                  + element.textContent.trim().slice(0, 40));
  }
  return faults.slice(0, 5);
}"""


# The rules of WCAG 2.1, levels A and AA.
AXE = """async () => (await axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
})).violations.flatMap(rule => rule.nodes.map(
  node => `${rule.id}: ${node.html.slice(0, 80)}`))"""


def build(root, folder):
    """Build the site of a repository; return the finished process."""
    # Not `--quiet`: MkDocs then does not count the warnings that make a
    # strict build fail.
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder],
        cwd=root,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )


def count_formulas(markdown):
    """Number of formulas in a Markdown source, code left out."""
    return len(FORMULA.findall(CODE.sub("", markdown)))


def visit(page, url, formulas=0):
    """Open a page in a browser and return its faults.

    Args:
        page: A fresh Playwright page.
        url: String, of a server on this machine.
        formulas: Int, the least number of formulas there must be.
    """
    faults = []
    origin = "/".join(url.split("/")[:3]) + "/"

    def on_request(route):
        asked = route.request.url
        if asked.startswith((origin, "data:", "blob:")):
            route.continue_()
        else:
            faults.append(f"external request: {asked}")
            route.abort()

    def on_response(response):
        if response.status >= 400:
            faults.append(f"status {response.status}: {response.url}")

    page.route("**/*", on_request)
    page.on("response", on_response)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: (
            message.type == "error"
            and faults.append(f"console: {message.text}")
        ),
    )
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")
    maths = page.evaluate(MATHS)
    faults += [f"not typeset: {m['text']}" for m in maths if not m["good"]]
    faults += [f"raw formula: {text}" for text in page.evaluate(UNTYPESET)]
    if len(maths) < formulas:
        faults.append(f"{len(maths)} formulas typeset of {formulas}")
    faults += [f"image: {image}" for image in page.evaluate(IMAGES)]
    faults += [f"too wide: {what}" for what in page.evaluate(TOO_WIDE)]
    return faults


def barriers(page, url):
    """What axe-core finds on a page that some readers cannot see or reach."""
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.evaluate((VENDOR / "axe.min.js").read_text())
    return page.evaluate(AXE)


class _Anchors(html.parser.HTMLParser):
    """The links of a page, and what other pages may link to in it."""

    def __init__(self):
        super().__init__()
        self.links, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[k] for k in ("id", "name") if attrs.get(k)}
        self.links += [attrs[k] for k in ("href", "src") if attrs.get(k)]


def _parse(path):
    parser = _Anchors()
    parser.feed(path.read_text())
    return parser


def broken_links(site):
    """Internal links and anchors of a built site that lead nowhere."""
    site = pathlib.Path(site).resolve()
    pages = {path: _parse(path) for path in sorted(site.rglob("*.html"))}
    faults = []
    for path, parsed in pages.items():
        for link in parsed.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = path
            if parts.path:
                base = site if parts.path.startswith("/") else path.parent
                target = base / urllib.parse.unquote(parts.path).lstrip("/")
                target = target.resolve()
                if target.is_dir():
                    target /= "index.html"
            name = path.relative_to(site)
            if not target.is_file():
                faults.append(f"{name}: no file for {link}")
                continue
            anchor = urllib.parse.unquote(parts.fragment)
            if anchor and target in pages and anchor not in pages[target].ids:
                faults.append(f"{name}: no anchor for {link}")
    return faults
