"""Pages can be read and used by those who see, point or hear otherwise.

One page of each kind: what axe-core looks at is the same on the others.
"""

import pytest
import site_checks

PAGES = (
    "",
    "404.html",
    "notation/",
    "guides/data/",
    "examples/",
    "examples/explore/latent_space/",
    "examples/flows/plane/",
    "reference/gaussians/",
    "theory/autoregressive/made/",
)
WAYS = {
    "light, wide": (1280, "light"),
    "dark, narrow": (390, "dark"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", PAGES)
def test_page(site, serve, open_page, path, way):
    width, scheme = WAYS[way]
    page = open_page(width, color_scheme=scheme)
    assert site_checks.barriers(page, serve(site) + path) == []
