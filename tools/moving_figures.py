"""Figures of an executed notebook that are files of their own on its page."""

import base64
import html

from example_hashes import PACKAGE
from example_hashes import ROOT

PICTURES_JS = ROOT / PACKAGE / "plotting" / "interactive" / "pictures.js"
PLOTLY_FIGURE = "application/vnd.plotly.v1+json"


def take_out_animations(notebook):
    """Put images in the place of GIF data; return the files' contents."""
    files = {}
    for i, cell in enumerate(notebook.cells):
        for j, output in enumerate(cell.get("outputs", ())):
            if "image/gif" not in output.get("data", {}):
                continue
            name = f"figure_{i}_{j}.gif"
            files[name] = base64.b64decode(output.data["image/gif"])
            alt = html.escape(cell.metadata.get("alt", "Animation"))
            output["data"] = {"text/html": f'<img src="{name}" alt="{alt}">'}
            output["metadata"] = {}
    return files


def take_out_frames(notebook):
    """Put frames in the place of Plotly figures; return the frames' pages."""
    pages = {}
    for i, cell in enumerate(notebook.cells):
        for j, output in enumerate(cell.get("outputs", ())):
            if PLOTLY_FIGURE not in output.get("data", {}):
                continue
            import plotly.graph_objects as go

            json_figure = output.data[PLOTLY_FIGURE]
            figure = go.Figure(json_figure["data"], json_figure["layout"])
            with_pictures = (figure.layout.meta or {}).get("pictures")
            page = figure.to_html(
                include_plotlyjs="../../../assets/vendor/plotly/plotly.min.js",
                config={"responsive": True, "displaylogo": False},
                post_script=with_pictures and PICTURES_JS.read_text(),
                div_id="figure",
            )
            name = f"figure_{i}_{j}.html"
            page = page.replace("<body>", '<body style="margin: 0">')
            pages[name] = page.encode()
            title = html.escape(cell.metadata.get("alt", "Figure"))
            output["data"] = {
                "text/html": f'<iframe class="figure" src="{name}" '
                f'title="{title}" height="{figure.layout.height or 480}" '
                'loading="lazy"></iframe>'
            }
            output["metadata"] = {}
    return pages
