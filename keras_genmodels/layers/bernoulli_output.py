"""One bit, given those before it."""

import keras
from keras import ops

from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput


@keras.saving.register_keras_serializable("keras_genmodels")
class BernoulliOutput(AutoregressiveOutput):
    """Zeros and ones; the network's outputs are the log odds of a one."""

    num_parameters = 1

    def __init__(self, **kwargs):
        super().__init__(2, **kwargs)

    def log_prob(self, x, parameters):
        logits = parameters[..., 0]
        # x log p + (1 - x) log(1 - p), with p = sigmoid(logits).
        return x * logits - ops.softplus(logits)

    def draw(self, parameters, noise):
        ones = noise[..., 0] < ops.sigmoid(parameters[..., 0])
        return ops.cast(ones, parameters.dtype)

    def get_config(self):
        return keras.layers.Layer.get_config(self)
