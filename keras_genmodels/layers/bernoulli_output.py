"""One bit, given those before it."""

import keras
from keras import ops

from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput


@keras.saving.register_keras_serializable("keras_genmodels")
class BernoulliOutput(AutoregressiveOutput):
    """Two levels, zero and one; the outputs are the log odds of the second.

    Args:
        **kwargs: `data_range`; see `AutoregressiveOutput`.
    """

    num_parameters = 1

    def __init__(self, **kwargs):
        super().__init__(2, **kwargs)

    def log_prob(self, x, parameters):
        logits = parameters[..., 0]
        # b log p + (1 - b) log(1 - p), with p = sigmoid(logits).
        return self.levels(x) * logits - ops.softplus(logits)

    def draw(self, parameters, noise):
        ones = noise[..., 0] < ops.sigmoid(parameters[..., 0])
        return self.values(ops.cast(ones, parameters.dtype))

    def get_config(self):
        config = super().get_config()
        del config["num_levels"]
        return config
