"""PixelCNN without a blind spot, optionally guided by labels.

Two stacks of convolutions run side by side. The vertical one sees all rows
above, the horizontal one the same row to the left and, at each layer, the
vertical stack: together everything that comes before, given enough layers. Both
have gates,

    h = tanh(a) * sigmoid(b),   with the label added to a and b.

If training hides the label now and then, the same network also knows p(x).
Guidance then moves the parameters of each factor away from it,

    (1 + w) parameters(x, y) - w parameters(x),

which for log odds sharpens what speaks for the label. Guided draws are none of
p(x | y).

References: van den Oord et al., 2016, https://arxiv.org/abs/1606.05328; for the
guidance Ho & Salimans, 2022, https://arxiv.org/abs/2207.12598, eq. 6.
"""

import keras
from keras import ops

from keras_genmodels.models.autoregressive.pixel_cnn import PixelCNN
from keras_genmodels.networks.masked_convnet import gated_pixel_cnn


@keras.saving.register_keras_serializable("keras_genmodels")
class GatedPixelCNN(PixelCNN):
    """`PixelCNN` of two gated stacks.

    Args:
        network: See `PixelCNN`.
        label_dropout: Float in [0, 1), how often training hides the label of
            an example, to allow `sample(guidance=)`. Defaults to 0.
        **kwargs: See `PixelCNN`.

    Raises:
        ValueError: If there is label dropout without labels, or it is out of
            range.

    Example:
        >>> model = GatedPixelCNN.from_shape(
        ...     (8, 8, 1), num_classes=10, label_dropout=0.1
        ... )
        >>> model.compile()
        >>> history = model.fit(binarize(x_train), y_train, epochs=50)
        >>> model.sample(10, labels=range(10), guidance=1.0).shape
        (10, 8, 8, 1)

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1606.05328), eq. 2 and
        4.
    """

    make_network = staticmethod(gated_pixel_cnn)

    def __init__(self, network, *, label_dropout=0.0, **kwargs):
        super().__init__(network, **kwargs)
        if not 0 <= label_dropout < 1:
            raise ValueError(
                "Expected `label_dropout` to be in [0, 1). "
                f"Received: label_dropout={label_dropout}"
            )
        if label_dropout and self.num_classes is None:
            raise ValueError(
                "Expected `label_dropout` of a conditional model only. "
                f"Received: label_dropout={label_dropout}, no classes"
            )
        self.label_dropout = float(label_dropout)

    def compute_parameters(self, x, y=None, training=False, guidance=0.0):
        """Parameters of all factors, `(batch, *data_shape, num_parameters)`.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            training: Bool. Whether to hide labels.
            guidance: Float >= 0, w above.
        """
        if guidance < 0 or (guidance and not self.label_dropout):
            raise ValueError(
                "Expected `guidance` >= 0, and a model trained with "
                f"`label_dropout` if > 0. Received: guidance={guidance}"
            )
        if y is None:
            return super().compute_parameters(x, training=training)
        x = self.output_distribution.embed(x)
        label = ops.one_hot(y, self.num_classes, dtype=x.dtype)
        if training and self.label_dropout:
            uniform = keras.random.uniform(
                (ops.shape(y)[0], 1), seed=self.seed_generator
            )
            label = label * ops.cast(uniform >= self.label_dropout, x.dtype)
        parameters = self.apply_network(
            self.network, [x, label], training=training
        )
        if guidance:
            free = self.apply_network(
                self.network, [x, ops.zeros_like(label)], training=training
            )
            parameters = (1 + guidance) * parameters - guidance * free
        return parameters

    def get_config(self):
        return {**super().get_config(), "label_dropout": self.label_dropout}
