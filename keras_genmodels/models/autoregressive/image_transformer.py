"""Attention to all earlier values (image Transformer).

Every value asks all earlier ones at once,

    softmax(q_i k_j / sqrt(d)) over j <= i,   times v_j,

where queries, keys and values are linear in the features of an element, and the
element i is made of the value before, x_{i-1}, and of the place i. No distance
is too far: the path from any value to any later prediction is one block long.
Attention by itself knows no order, so places are embedded, as a sum of a vector
for the row, one for the column and one for the channel, or freely.

Reference: Chen et al., 2020, "Generative pretraining from pixels". (Parmar et
al., 2018, https://arxiv.org/abs/1802.05751, attend to a neighbourhood only.)
"""

import keras
from keras import layers

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.transformer_block import TransformerBlock
from keras_genmodels.models.autoregressive.sequence_model import SequenceModel


@keras.saving.register_keras_serializable("keras_genmodels")
class ImageTransformer(SequenceModel):
    """Autoregressive model of causal attention.

    Args:
        data_shape: Tuple of ints, the shape of one example, read row by row.
        units: Int >= 1, features of an element. Defaults to 64.
        num_layers: Int >= 1, blocks. Defaults to 4.
        num_heads: Int >= 1, a divisor of `units`. Defaults to 4.
        places: `"axial"`, a learned vector for each row, column and channel,
            `"learned"`, one for each value, or what else `SequenceModel` takes.
            Defaults to `"axial"`.
        dropout: Float in [0, 1), in the blocks. Defaults to 0.
        **kwargs: `output`, `num_levels`, `num_classes` and `seed`; see
            `AutoregressiveModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        The parameters of all factors, a tensor
        `(batch, *data_shape, num_parameters)`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> model = ImageTransformer((8, 8, 1), num_classes=10)
        >>> model.compile()
        >>> history = model.fit(binarize(x_train), y_train, epochs=50)
        >>> model.sample(10, labels=range(10), seed=0).shape
        (10, 8, 8, 1)

    Reference:
        [Vaswani et al., 2017](https://arxiv.org/abs/1706.03762), eq. 1;
        [Chen et al.,
        2020](https://proceedings.mlr.press/v119/chen20s.html), section 2.
    """

    def __init__(
        self,
        data_shape,
        *,
        units=64,
        num_layers=4,
        num_heads=4,
        places="axial",
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(data_shape, units=units, places=places, **kwargs)
        self.num_layers = check_count("num_layers", num_layers)
        self.num_heads = num_heads
        self.dropout = dropout
        self.blocks = [
            TransformerBlock(num_heads, dropout=dropout, name=f"block_{i}")
            for i in range(self.num_layers)
        ]
        self.normalization = layers.LayerNormalization(name="normalization")
        for layer in (*self.blocks, self.normalization):
            layer.build((None, self.num_values, self.units))
        self.build_outputs()

    def empty_caches(self, batch_size):
        """Keys and values of each block's attention: none yet."""
        return [
            block.empty_cache(batch_size, self.num_values)
            for block in self.blocks
        ]

    def compute_features(self, units, caches=None, index=None, training=False):
        """Features of each value, `(batch, length, units)`."""
        left = []
        for i, block in enumerate(self.blocks):
            if caches is None:
                units = block(units, training=training)
            else:
                units, cache = block(units, cache=caches[i], index=index)
                left.append(cache)
        features = self.normalization(units)
        return features if caches is None else (features, left)

    def get_config(self):
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "num_heads": self.num_heads,
            "places": self.places,
            "dropout": self.dropout,
        }
