"""Every page of the built site, in a browser without a network."""

import pathlib

import pytest
import site_checks

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
SOURCES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
WIDTHS = (1280, 390)


def address(source):
    """Where MkDocs puts the page of a Markdown file, relative to the site."""
    folder = source.removesuffix(".md").removesuffix("index")
    return f"{folder.rstrip('/')}/".lstrip("/")


def test_every_built_page_is_tested(site):
    built = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    tested = {address(source) + "index.html" for source in SOURCES}
    assert built == tested | {"404.html"}


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
