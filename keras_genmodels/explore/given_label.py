"""A conditional model seen as the unconditional one that a label makes it."""

import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count


class GivenLabel:
    """A conditional model whose label is held fixed.

    The functions of this package and of `keras_genmodels.plotting` take it
    where they take a model: the latent space of a conditional model is
    another one for every label.

    Args:
        model: Conditional model: its verbs take labels as a second argument.
        label: Int >= 0.

    Example:
        >>> eights = GivenLabel(conditional_vae, 8)
        >>> traverse(eights, x_eight)
    """

    def __init__(self, model, label):
        self.model = model
        self.label = check_count("label", label, least=0)
        self.latent_dim = model.latent_dim
        self.data_shape = model.data_shape

    def encode(self, x, **options):
        """The model's `encode`, all data with the label."""
        return self.model.encode(x, self._labels(x), **options)

    def decode(self, z, **options):
        """The model's `decode`, all codes with the label."""
        return self.model.decode(z, self._labels(z), **options)

    def reconstruct(self, x, **options):
        """The model's `reconstruct`, all data with the label."""
        return self.model.reconstruct(x, self._labels(x), **options)

    def compute_decode(self, z):
        """The model's `compute_decode`, of tensors."""
        zeros = ops.zeros_like(z[:, 0], dtype="int32")
        return self.model.compute_decode(z, zeros + self.label)

    def _labels(self, rows):
        return np.full(len(rows), self.label)
