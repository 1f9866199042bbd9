"""Convolutional autoregressive model of images (PixelCNN).

    p(x) = product over i of p(x_i | x_1, ..., x_{i-1}),

in the order of reading, the channels of a pixel one after the other. The same
convolutions predict every pixel; masks hide what comes later (see
`layers.MaskedConv2D`). A network of masked convolutions does not see all that
comes before: above and to the right of a pixel remains a wedge, the blind spot.
`GatedPixelCNN` has none.

Reference: van den Oord et al., 2016, https://arxiv.org/abs/1601.06759, section
3.3.
"""

import keras

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.layers.outputs import output_layer
from keras_genmodels.models.autoregressive.autoregressive_model import (
    AutoregressiveModel,
)
from keras_genmodels.networks.masked_convnet import pixel_cnn


@keras.saving.register_keras_serializable("keras_genmodels")
class PixelCNN(AutoregressiveModel):
    """Autoregressive model of images, made of one network.

    `from_shape` makes one with a network of its own.

    Args:
        network: Built `keras.Model` from `(batch, *data_shape, num_channels)`,
            what the output's `embed` gives, to
            `(batch, *data_shape, num_parameters)`. What it gives for a value
            must depend on earlier values alone. With a second input
            `(batch, num_classes)`, a label as one-hot vector, the model is
            conditional.
        **kwargs: `output`, `num_levels` and `seed`; see `AutoregressiveModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        The parameters of all factors, a tensor
        `(batch, *data_shape, num_parameters)`.

    Raises:
        ValueError: If the network does not fit the output.

    Example:
        >>> pixel_cnn = PixelCNN.from_shape((8, 8, 1))
        >>> pixel_cnn.compile()
        >>> history = pixel_cnn.fit(binarize(x_train), epochs=50)
        >>> pixel_cnn.sample(16, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), eq. 1 and
        2.
    """

    make_network = staticmethod(pixel_cnn)

    def __init__(
        self, network, *, output="bernoulli", num_levels=None, **kwargs
    ):
        check_built("network", network)
        output = output_layer(output, num_levels)
        shape, num_classes = network.input_shape, None
        if isinstance(shape, list):
            shape, (_, num_classes) = shape
        data_shape = shape[1:-1]
        expected = (None, *data_shape, output.num_parameters)
        if shape[-1] != output.num_channels or network.output_shape != expected:
            raise ValueError(
                "Expected a network from (batch, *data_shape, "
                f"{output.num_channels}) to (batch, *data_shape, "
                f"{output.num_parameters}), as the output needs it. Received: "
                f"network {network.input_shape} -> {network.output_shape}"
            )
        super().__init__(
            data_shape, output=output, num_classes=num_classes, **kwargs
        )
        self.network = network
        self.built = True

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        output="bernoulli",
        num_levels=None,
        num_classes=None,
        filters=32,
        num_blocks=4,
        kernel_size=None,
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(height, width, channels)`, of any size.
            output: See the constructor.
            num_levels: See the constructor.
            num_classes: Optional int >= 1, for a conditional model.
            filters: Int >= 1, features of a layer.
            num_blocks: Int >= 1.
            kernel_size: Odd int; see `networks.pixel_cnn` and
                `networks.gated_pixel_cnn`.
            **kwargs: Arguments of the constructor.

        Raises:
            ValueError: If the shape is not that of an image.
        """
        data_shape = check_shape(data_shape)
        sizes = {"filters": filters, "num_blocks": num_blocks}
        if kernel_size is not None:
            sizes["kernel_size"] = kernel_size
        return cls._with_network(
            data_shape, output, num_levels, num_classes, sizes, **kwargs
        )

    @classmethod
    def _with_network(
        cls, data_shape, output, num_levels, num_classes, sizes, **kwargs
    ):
        """A model whose network `make_network` makes, with these sizes."""
        if len(data_shape) != 3:
            raise ValueError(
                "Expected `data_shape` to be (height, width, channels). "
                f"Received: data_shape={data_shape}"
            )
        output = output_layer(output, num_levels)
        network = cls.make_network(
            tuple(data_shape),
            output.num_channels,
            output.num_parameters,
            num_classes=num_classes,
            **sizes,
        )
        return cls(network, output=output, **kwargs)

    def compute_parameters(self, x, y=None, training=False):
        """Parameters of all factors, `(batch, *data_shape, num_parameters)`."""
        x = self.output_distribution.embed(x)
        return self.apply_network(self.network, x, y, training)

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
        }
