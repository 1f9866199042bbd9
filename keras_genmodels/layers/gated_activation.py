"""One half of the features opens and closes the other."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class GatedActivation(FixedSettings, layers.Layer):
    """tanh(a) * sigmoid(b), a and b being halves of the features.

    Args:
        num_groups: Int >= 1. Each of so many equal parts of the features is
            halved by itself; see `MaskedConv2D`. Defaults to 1.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(..., 2 * features)`.

    Returns:
        Tensor `(..., features)`.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1606.05328), eq. 2.
    """

    def __init__(self, num_groups=1, **kwargs):
        super().__init__(**kwargs)
        self.num_groups = check_count("num_groups", num_groups)

    def call(self, inputs):
        shape = ops.shape(inputs)
        halves = ops.reshape(inputs, (*shape[:-1], self.num_groups, 2, -1))
        gated = ops.tanh(halves[..., 0, :]) * ops.sigmoid(halves[..., 1, :])
        return ops.reshape(gated, (*shape[:-1], shape[-1] // 2))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] // 2)

    def get_config(self):
        return {**super().get_config(), "num_groups": self.num_groups}
