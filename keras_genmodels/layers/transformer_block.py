"""Causal attention, and a network for each element by itself."""

import random

import keras
from keras import layers

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.layers.causal_self_attention import CausalSelfAttention


@keras.saving.register_keras_serializable("keras_genmodels")
class TransformerBlock(FixedSettings, layers.Layer):
    """One of the blocks that a decoder stacks, normalised before each part.

    Args:
        num_heads: Int >= 1; see `CausalSelfAttention`.
        dropout: Float in [0, 1), of each part's outputs. Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, length, features)`.
        cache: Optional; see `CausalSelfAttention`.
        index: With a cache, the element's number.
        training: Bool. Whether to drop.

    Returns:
        Tensor `(batch, length, features)`; with a cache also the next cache.

    Reference:
        [Radford et al., 2019](https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf),
        section 2.3.
    """

    def __init__(self, num_heads, *, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.attention = CausalSelfAttention(num_heads, name="attention")
        self.normalizations = [
            layers.LayerNormalization(name=f"normalization_{i}")
            for i in range(2)
        ]
        # With a seed of its own. Without one, PyTorch drops by a stream that
        # belongs to no layer, and is in no file.
        seed = random.randrange(2**31) if dropout else None
        self.dropout = layers.Dropout(dropout, seed=seed)

    def build(self, input_shape):
        features = input_shape[-1]
        self.attention.build(input_shape)
        for layer in self.normalizations:
            layer.build(input_shape)
        self.hidden = layers.Dense(4 * features, "gelu", name="hidden")
        self.hidden.build((None, features))
        self.projection = layers.Dense(features, name="projection")
        self.projection.build((None, 4 * features))

    def empty_cache(self, batch_size, longest):
        """The cache before the first of at most `longest` elements."""
        return self.attention.empty_cache(batch_size, longest)

    def call(self, inputs, cache=None, index=None, training=False):
        attended = self.normalizations[0](inputs)
        if cache is None:
            attended = self.attention(attended)
        else:
            attended, cache = self.attention(attended, cache=cache, index=index)
        units = inputs + self.dropout(attended, training=training)
        hidden = self.hidden(self.normalizations[1](units))
        outputs = self.projection(hidden)
        outputs = units + self.dropout(outputs, training=training)
        return outputs if cache is None else (outputs, cache)

    def get_config(self):
        return {
            **super().get_config(),
            "num_heads": self.attention.num_heads,
            "dropout": self.dropout.rate,
        }
