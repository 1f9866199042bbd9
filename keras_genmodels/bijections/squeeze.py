"""Squares of four pixels become channels."""

import keras
from keras import ops

from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import no_change


@keras.saving.register_keras_serializable("keras_genmodels")
class Squeeze(Bijection):
    """Half the height, half the width, four times the channels.

    No value changes, only its place: channels can now be told apart that were
    neighbours, and the next convolutions see twice as far.

    Call arguments:
        x: Tensor `(batch, height, width, channels)`.

    Returns:
        `(z, log_det)`: a tensor `(batch, height / 2, width / 2, 4 channels)`,
        and zeros.

    Raises:
        ValueError: If height or width is odd.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), section 3.6.
    """

    def forward(self, x, context=None, training=False):
        height, width, channels = x.shape[1:]
        if height % 2 or width % 2:
            raise ValueError(
                "Expected images with an even height and width. "
                f"Received: shape {tuple(x.shape)}"
            )
        rows, columns = height // 2, width // 2
        z = ops.reshape(x, (-1, rows, 2, columns, 2, channels))
        z = ops.transpose(z, (0, 1, 3, 2, 4, 5))
        return ops.reshape(z, (-1, rows, columns, 4 * channels)), no_change(x)

    def inverse(self, z, context=None):
        rows, columns, channels = z.shape[1:]
        x = ops.reshape(z, (-1, rows, columns, 2, 2, channels // 4))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        shape = (-1, 2 * rows, 2 * columns, channels // 4)
        return ops.reshape(x, shape), no_change(z)
