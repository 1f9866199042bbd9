"""Stacked causal convolutions of growing dilation (WaveNet).

Each block has a causal convolution with a gate,

    z = tanh(W_f * x) * sigmoid(W_g * x),

adds W_r z to what the next block sees, and W_s z to what the outputs see. With
dilations 1, 2, 4, ..., the view doubles from block to block, so that n blocks
see 2^n values, with weights that are the same everywhere. Made for sound, it is
also a model of images, read row by row, if it is told the coordinates.

Reference: van den Oord et al., 2016, https://arxiv.org/abs/1609.03499.
"""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.wavenet_block import WaveNetBlock
from keras_genmodels.models.autoregressive.sequence_model import SequenceModel


@keras.saving.register_keras_serializable("keras_genmodels")
class WaveNet(SequenceModel):
    """Autoregressive model of dilated causal convolutions.

    Args:
        data_shape: Tuple of ints: `(length, 1)` or `(length,)` for a signal,
            `(height, width, channels)` for an image, which is read row by row.
        units: Int >= 1, features of an element. Defaults to 32.
        kernel_size: Int >= 2, taps of a convolution. Defaults to 2.
        dilations: Optional ints >= 1, one for each block. By default powers of
            the kernel size, up to a view of all earlier values.
        coordinates: Bool. Whether the network is told the place of a value.
            Defaults to `True`; `False` suits signals whose beginning is like
            any other part, as after a middle level, which a beginning is read
            as.
        **kwargs: `output`, `num_levels`, `num_classes` and `seed`; see
            `AutoregressiveModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        The parameters of all factors, a tensor
        `(batch, *data_shape, num_parameters)`.

    Example:
        >>> model = WaveNet((256, 1), output="categorical", num_levels=64)
        >>> model.compile()
        >>> history = model.fit(quantize(signals, 64), epochs=20)
        >>> model.sample(4, seed=0).shape
        (4, 256, 1)

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1609.03499), eq. 1 and
        2, figure 4.
    """

    def __init__(
        self,
        data_shape,
        *,
        units=32,
        kernel_size=2,
        dilations=None,
        coordinates=True,
        **kwargs,
    ):
        places = "coordinates" if coordinates else None
        super().__init__(data_shape, units=units, places=places, **kwargs)
        self.kernel_size = check_count("kernel_size", kernel_size, least=2)
        if dilations is None:
            dilations, view = [], 1  # the value before
            while view < self.num_values - 1:
                dilations.append(self.kernel_size ** len(dilations))
                view += (self.kernel_size - 1) * dilations[-1]
        self.dilations = tuple(check_count("dilations", d) for d in dilations)
        self.blocks = [
            WaveNetBlock(
                self.units,
                self.kernel_size,
                dilation_rate=dilation,
                residual=i + 1 < len(self.dilations),
                name=f"block_{i}",
            )
            for i, dilation in enumerate(self.dilations)
        ]
        for block in self.blocks:
            block.build((None, self.num_values, self.units))
        self.hidden_layer = layers.Dense(self.units, "relu", name="hidden")
        self.hidden_layer.build((None, self.units))
        self.build_outputs()

    def empty_caches(self, batch_size):
        """The last inputs of each block's convolution: none yet."""
        return [block.empty_cache(batch_size) for block in self.blocks]

    def compute_features(self, units, caches=None, index=None, training=False):
        """Sum of what the blocks say, `(batch, length, units)`."""
        total, left = units, []
        for i, block in enumerate(self.blocks):
            if caches is None:
                units, skip = block(units)
            else:
                units, skip, cache = block(units, cache=caches[i])
                left.append(cache)
            total = total + skip
        features = self.hidden_layer(ops.relu(total))
        return features if caches is None else (features, left)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "dilations": list(self.dilations),
            "coordinates": self.places is not None,
        }
