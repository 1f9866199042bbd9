"""One of several levels, given the values before it."""

import keras
from keras import ops

from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput
from keras_genmodels.layers.autoregressive_output import draw_category


@keras.saving.register_keras_serializable("keras_genmodels")
class CategoricalOutput(AutoregressiveOutput):
    """A free probability for each level; the outputs are log odds.

    Args:
        num_levels: Int >= 2: 17 for scikit-learn's digits, 256 for 8-bit
            images.
        one_hot: Bool. Whether the network sees a value as a vector with a one
            at its level, for levels that are names, as codes are, rather than
            as a number. Defaults to `False`.
        **kwargs: `data_range`, see `AutoregressiveOutput`: for the codes of a
            `VQVAE` it is `(0, num_levels - 1)`.
    """

    def __init__(self, num_levels, *, one_hot=False, **kwargs):
        super().__init__(num_levels, **kwargs)
        self.one_hot = bool(one_hot)
        self.num_parameters = self.num_levels
        self.num_channels = self.num_levels if self.one_hot else 1

    def embed(self, x):
        if self.one_hot:
            return self._indicator(x)
        return super().embed(x)

    def log_prob(self, x, parameters):
        log_probabilities = ops.log_softmax(parameters, axis=-1)
        return ops.sum(self._indicator(x) * log_probabilities, axis=-1)

    def draw(self, parameters, noise):
        levels = draw_category(parameters, noise)
        return self.values(ops.cast(levels, parameters.dtype))

    def _indicator(self, x):
        levels = ops.cast(ops.round(self.levels(x)), "int32")
        return ops.one_hot(levels, self.num_levels, dtype=x.dtype)

    def get_config(self):
        return {**super().get_config(), "one_hot": self.one_hot}
