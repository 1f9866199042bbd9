"""Recurrent autoregressive model of images (PixelRNN).

As PixelCNN, with recurrent layers in place of masked convolutions. A state
carries what has been seen over any distance, in two arrangements.

- Row LSTM: from row to row. A pixel's state depends on those of its three
  neighbours in the row above, hence on a triangle.
- Diagonal BiLSTM: from diagonal to diagonal, once from the upper left and once
  from the upper right. A pixel's state depends on those of the left (right)
  neighbour and of the one above, hence on everything before.

The gates o, f, i and the content g of a cell, and its new state, are

    [o, f, i, g] = K_ss * h_before + K_is * x,
    c = sigmoid(f) c_before + sigmoid(i) tanh(g),   h = sigmoid(o) tanh(c).

Reference: van den Oord et al., 2016, https://arxiv.org/abs/1601.06759, sections
3.1 and 3.2, eq. 3.
"""

import keras

from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.models.autoregressive.pixel_cnn import PixelCNN
from keras_genmodels.networks.masked_convnet import pixel_rnn


@keras.saving.register_keras_serializable("keras_genmodels")
class PixelRNN(PixelCNN):
    """`PixelCNN` of recurrent layers.

    Args:
        network: See `PixelCNN`.
        **kwargs: See `PixelCNN`.

    Example:
        >>> model = PixelRNN.from_shape((8, 8, 1), recurrence="row")
        >>> model.compile()
        >>> history = model.fit(binarize(x_train), epochs=50)
        >>> model.sample(16, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), eq. 3.
    """

    make_network = staticmethod(pixel_rnn)

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        output="bernoulli",
        num_levels=None,
        num_classes=None,
        filters=16,
        num_blocks=3,
        kernel_size=7,
        recurrence="diagonal",
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(height, width, channels)`, of any size.
            output: See the constructor.
            num_levels: See the constructor.
            num_classes: Optional int >= 1, for a conditional model.
            filters: Int >= 1, units of a recurrent layer.
            num_blocks: Int >= 1, recurrent layers.
            kernel_size: Odd int >= 3; see `networks.pixel_rnn`.
            recurrence: `"diagonal"` or `"row"`.
            **kwargs: Arguments of the constructor.

        Raises:
            ValueError: If the shape is not that of an image, or the recurrence
                is not known.
        """
        sizes = {
            "filters": filters,
            "num_blocks": num_blocks,
            "kernel_size": kernel_size,
            "recurrence": recurrence,
        }
        data_shape = check_shape(data_shape)
        return cls._with_network(
            data_shape, output, num_levels, num_classes, sizes, **kwargs
        )
