"""Figures to move, with Plotly.

Every function returns a `plotly.graph_objects.Figure`, of the same things as
its namesake in `keras_genmodels.plotting`. `to_html` makes one into a page.
They need `pip install "keras-genmodels[interactive]"`.
"""

from keras_genmodels.plotting.interactive.densities import density_map
from keras_genmodels.plotting.interactive.latent_space import latent_map
from keras_genmodels.plotting.interactive.latent_space import manifold
from keras_genmodels.plotting.interactive.stress_test import stress_test
from keras_genmodels.plotting.interactive.to_html import to_html
from keras_genmodels.plotting.interactive.traversal import traversal

__all__ = [
    "density_map",
    "latent_map",
    "manifold",
    "stress_test",
    "to_html",
    "traversal",
]
