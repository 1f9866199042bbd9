"""Models whose draws are the states of Markov chains."""

import numpy as np

from keras_genmodels._internal.masks import check_mask
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.training import run_in_batches


class ChainModel(GenerativeModel):
    """A model whose chains can be held at some of the values.

    A subclass defines `compute_inpaint(x, mask, ...)`.
    """

    def check_given(self, x, y=None):
        """The arguments of a verb, checked: data, and labels if it takes any.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.

        Returns:
            `(x,)` or `(x, y)`, arrays.
        """
        return self.check_inputs(x, y)

    def in_batches(self, method, x, y, **kwargs):
        """What a method of tensors makes of data, after a check of these."""
        inputs = self.check_given(x, y)
        return run_in_batches(self, method, inputs, **kwargs)

    def draw_masked(self, x, mask, y=None, **kwargs):
        """What `inpaint` does with its arguments, by `compute_inpaint`.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`.
            y: Labels `(n,)`, if the model is conditional.
            **kwargs: Of `run_in_batches`, and of `compute_inpaint`.

        Returns:
            Array like `x`, equal to it where the mask is false.
        """
        x, *labels = self.check_given(x, y)
        mask = check_mask(mask, x.shape)
        inputs = (x, mask, *labels)
        drawn = run_in_batches(self, "compute_inpaint", inputs, **kwargs)
        return np.where(mask, drawn, x)
