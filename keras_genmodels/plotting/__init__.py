"""Figures of data and models, with Matplotlib.

Every function returns a Matplotlib figure (`animation` a path), shows nothing
and leaves nothing open: save it with `figure.savefig`, or end a notebook cell
with it.
"""

from keras_genmodels.plotting.curves import history
from keras_genmodels.plotting.frames import animation
from keras_genmodels.plotting.images import image_grid
from keras_genmodels.plotting.images import reconstructions
from keras_genmodels.plotting.latent_space import latent_map
from keras_genmodels.plotting.latent_space import manifold

__all__ = [
    "animation",
    "history",
    "image_grid",
    "latent_map",
    "manifold",
    "reconstructions",
]
