"""Every page of the built site, in a browser without a network."""

import pathlib

import pytest
import site_checks

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
SOURCES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
FIGURES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.html"))
WIDTHS = (1280, 390)
# What a figure shows, less the slider itself.
SHOWN = """[...document.querySelectorAll(
  ".imagelayer image, .scatterlayer .point")].map(
  e => e.getAttribute("href") || e.getAttribute("transform")).join()"""


def address(source):
    """Where MkDocs puts the page of a Markdown file, relative to the site."""
    folder = source.removesuffix(".md").removesuffix("index")
    return f"{folder.rstrip('/')}/".lstrip("/")


def test_every_built_page_is_tested(site):
    built = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    tested = {address(source) + "index.html" for source in SOURCES}
    assert built == tested | {"404.html", *FIGURES}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("source", [*SOURCES, "404.html"])
def test_page(site, serve, open_page, source, width):
    if source == "404.html":
        path, formulas = source, 0
    else:
        path = address(source)
        formulas = site_checks.count_formulas((DOCS / source).read_text())
    assert (
        site_checks.visit(open_page(width), serve(site) + path, formulas) == []
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("source", FIGURES)
def test_figure(site, serve, open_page, source, width):
    """Drawn by Plotly from this site, and every slider position as well."""
    page = open_page(width)
    assert site_checks.visit(page, serve(site) + source) == []
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.wait_for_selector(".plotly-graph-div .main-svg")
    rail = page.locator(".slider-rail-touch-rect")
    for share in (0.95, 0.05) if rail.count() else ():
        before = page.evaluate(SHOWN)
        box = rail.bounding_box()
        page.mouse.click(
            box["x"] + share * box["width"], box["y"] + box["height"] / 2
        )
        page.wait_for_function(f"old => ({SHOWN}) !== old", arg=before)
    assert faults == []


def test_pointing_at_a_code_shows_its_image(site, serve, open_page):
    maps = [f for f in FIGURES if '"pictures"' in (DOCS / f).read_text()]
    if not maps:
        pytest.skip("no page has a map of codes")
    page = open_page(1280)
    page.goto(serve(site) + maps[0])
    page.wait_for_selector(".scatterlayer .point")
    assert not page.locator(".picture").is_visible()
    box = page.locator(".scatterlayer .point").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.locator(".picture").wait_for(state="visible")
    page.mouse.move(5, 5)
    page.locator(".picture").wait_for(state="hidden")


def test_figures_are_shown_in_their_pages(site, serve, open_page):
    for source in {str(pathlib.Path(f).parent) for f in FIGURES}:
        page = open_page(390)
        page.goto(serve(site) + source + "/")
        for i in range(page.locator("iframe.figure").count()):
            frame = page.locator("iframe.figure").nth(i)
            frame.scroll_into_view_if_needed()
            inside = frame.content_frame
            inside.locator(".main-svg").first.wait_for()
            overflow = "e => [e.scrollWidth - e.clientWidth, "
            overflow += "e.scrollHeight - e.clientHeight]"
            wide, high = inside.locator("html").evaluate(overflow)
            assert wide <= 0 and high <= 0, f"{source}: a scroll bar in {i}"


def test_links_and_anchors(site):
    assert site_checks.broken_links(site) == []


def test_search_finds_the_theory(site, serve, open_page):
    page = open_page(1280)
    page.goto(serve(site))
    box = page.locator("input.md-search__input")
    box.click()
    box.press_sequentially("reparametrisation")
    result = page.locator(".md-search-result__link").first
    result.wait_for(timeout=20_000)
    links = page.locator(".md-search-result__link").evaluate_all(
        "links => links.map(link => link.pathname)"
    )
    assert "/theory/autoencoders/vae/" in links
