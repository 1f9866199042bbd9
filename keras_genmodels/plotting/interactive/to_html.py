"""An interactive figure as a page of its own."""

import importlib.resources


def to_html(figure, path=None, *, include_plotlyjs=True):
    """Write a figure, and what it needs to show images, as HTML.

    Args:
        figure: Plotly figure.
        path: Optional path of the file to write.
        include_plotlyjs: As in `plotly.io.to_html`: `True`, the default, puts
            plotly.js (about 4.5 MB) into the page, which then needs nothing
            else; `"directory"` expects `plotly.min.js` beside it; `False`
            leaves it out.

    Returns:
        String, the page.

    Example:
        >>> figure = plotting.interactive.latent_map(vae, x_test, y_test)
        >>> page = plotting.interactive.to_html(figure, "map.html")
    """
    page = figure.to_html(
        include_plotlyjs=include_plotlyjs,
        config={"responsive": True, "displaylogo": False},
        post_script=pictures_script(figure),
    )
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
    return page


def pictures_script(figure):
    """The script of a figure with images to point at; `None` for others."""
    if not (figure.layout.meta or {}).get("pictures"):
        return None
    folder = importlib.resources.files(__package__)
    return (folder / "pictures.js").read_text(encoding="utf-8")
