"""The checks of the site catch what they are there for.

Faults are planted in copies of the built site, and the functions that the real
pages must pass have to report them.
"""

import pathlib
import re
import shutil

import pytest
import site_checks

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = "theory/autoencoders/vae/index.html"
URL = "theory/autoencoders/vae/"


@pytest.fixture
def plant(site, tmp_path):
    """A function that copies the site and changes one file of it."""

    def change(old, new, file=PAGE):
        copy = shutil.copytree(site, tmp_path / "copy")
        path = copy / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return copy

    return change


def in_article(html):
    """A piece of HTML to be put at the end of the page's text."""
    return "</article>", f"{html}</article>"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("change", "report"),
    [
        (
            in_article(r'<span class="arithmatex">\(\fracc{1}{2}\)</span>'),
            "KaTeX",
        ),
        (
            in_article(r'<span class="arithmatex">\(\frac{1}{2\)</span>'),
            "not typeset",
        ),
        (in_article(r"<p>$\frac{1}{2}$</p>"), "raw formula"),
        (("katex.min.js", "no-such.js"), "status 404"),
        (in_article('<img src="no-such.png" alt="x">'), "image"),
        (
            in_article('<img src="../../../search/search_index.json" alt="x">'),
            "image",
        ),
        (
            in_article('<img src="https://example.org/x.png" alt="x">'),
            "external request",
        ),
        (in_article('<div style="width: 2000px">wide</div>'), "too wide"),
        (
            in_article("<script>console.error('planted')</script>"),
            "console: planted",
        ),
        (in_article("<script>undefined_name()</script>"), "script"),
    ],
)
def test_in_the_browser(plant, serve, open_page, change, report, width):
    url = serve(plant(*change)) + URL
    assert any(report in f for f in site_checks.visit(open_page(width), url))


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        (
            '<p style="color: #999; background: #fff">faint</p>',
            "color-contrast",
        ),
        (
            '<p>Some <a href="." style="text-decoration: none">link</a>.</p>',
            "link-in-text-block",
        ),
        ('<iframe srcdoc="x"></iframe>', "frame-title"),
        (
            '<div style="width: 50px; height: 20px; overflow: auto">'
            '<p style="width: 300px">a wide text</p></div>',
            "scrollable-region-focusable",
        ),
        ("<button></button>", "button-name"),
    ],
)
def test_barriers(plant, serve, open_page, html, rule):
    url = serve(plant(*in_article(html), "404.html")) + "404.html"
    found = site_checks.barriers(open_page(1280, color_scheme="light"), url)
    assert any(fault.startswith(rule) for fault in found), found


def test_missing_formula(site, serve, open_page):
    faults = site_checks.visit(open_page(1280), serve(site) + URL, 10**6)
    assert any("formulas typeset of" in fault for fault in faults)


@pytest.mark.parametrize(
    ("link", "report"),
    [
        ("../no-such-page/", "no file for ../no-such-page/"),
        ("../../../notation/#no-such", "no anchor for ../../../notation/#no-"),
        ("#no-such", "no anchor for #no-such"),
    ],
)
def test_broken_link(plant, link, report):
    copy = plant(*in_article(f'<a href="{link}">x</a>'))
    assert any(report in fault for fault in site_checks.broken_links(copy))


@pytest.mark.parametrize(
    "fault",
    [
        "[x](no-such-page.md)",
        "[x](notation.md#no-such)",
        "![x](no-such.png)",
        "[x][keras_genmodels.no_such]",
        "::: keras_genmodels.no_such",
    ],
)
def test_strict_build_fails(tmp_path, fault):
    for name in ("docs", "keras_genmodels", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    with (tmp_path / "docs" / "index.md").open("a") as page:
        page.write(f"\n{fault}\n")
    result = site_checks.build(tmp_path, tmp_path / "site")
    assert result.returncode != 0
    assert re.search("no.such", result.stderr)


def test_count_of_formulas():
    text = "$a$ and\n$$\nb\n$$\nbut `$c$` and\n```\n$d$ $e$\n```\nare code; $f$"
    assert site_checks.count_formulas(text) == 3
