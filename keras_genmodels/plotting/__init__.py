"""Figures of data and models, with Matplotlib.

Every function returns a Matplotlib figure (`animation` a path), shows nothing
and leaves nothing open: save it with `figure.savefig`, or end a notebook cell
with it.
"""

from keras_genmodels._internal.suggestions import unknown_attribute
from keras_genmodels.plotting import interactive
from keras_genmodels.plotting.curves import history
from keras_genmodels.plotting.densities import density_map
from keras_genmodels.plotting.exploration import embedding
from keras_genmodels.plotting.exploration import local_change
from keras_genmodels.plotting.exploration import traversal
from keras_genmodels.plotting.exploration import worst_reconstructions
from keras_genmodels.plotting.frames import animation
from keras_genmodels.plotting.images import image_grid
from keras_genmodels.plotting.images import reconstructions
from keras_genmodels.plotting.latent_space import latent_map
from keras_genmodels.plotting.latent_space import manifold
from keras_genmodels.plotting.notebook_figure import NotebookFigure
from keras_genmodels.plotting.stress_test import stress_test

__all__ = [
    "NotebookFigure",
    "animation",
    "density_map",
    "embedding",
    "history",
    "image_grid",
    "interactive",
    "latent_map",
    "local_change",
    "manifold",
    "reconstructions",
    "stress_test",
    "traversal",
    "worst_reconstructions",
]


def __getattr__(name):
    raise unknown_attribute(__name__, name, __all__)
