"""A figure that shows itself in a notebook, without pyplot."""

import io

import matplotlib.figure


class NotebookFigure(matplotlib.figure.Figure):
    """A Matplotlib figure that ends a notebook cell as an image.

    Figures made by `pyplot` stay open until closed and, in notebooks, appear
    whether asked for or not. Figures made without it are only text there
    until something else imports `pyplot`, as that import is what makes
    Jupyter draw figures. `_repr_png_` is Jupyter's own hook for objects that
    draw themselves.

    Args:
        *args: As for `matplotlib.figure.Figure`.
        **kwargs: As for `matplotlib.figure.Figure`. The layout is
            `"constrained"` unless given.
    """

    def __init__(self, *args, layout="constrained", **kwargs):
        super().__init__(*args, layout=layout, **kwargs)

    def _repr_png_(self):
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()
