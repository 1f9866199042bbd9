"""Attention of an element to itself and to those before it."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class CausalSelfAttention(FixedSettings, layers.Layer):
    """Multi-head attention that sees no later element.

    Args:
        num_heads: Int >= 1, a divisor of the number of features.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, length, features)`.
        cache: Optional pair of tensors `(batch, longest, heads, features of a
            head)`, the keys and values of earlier elements; see `empty_cache`.
            Then `inputs` is one element, `(batch, 1, features)`.
        index: With a cache, an int tensor `()`: the element's number, from 0.

    Returns:
        Tensor `(batch, length, features)`; with a cache also the next cache.

    Raises:
        ValueError: If the heads cannot share the features evenly.

    Reference:
        [Vaswani et al., 2017](https://arxiv.org/abs/1706.03762), eq. 1 and
        section 3.2.3.
    """

    def __init__(self, num_heads, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = check_count("num_heads", num_heads)

    def build(self, input_shape):
        features = input_shape[-1]
        if features % self.num_heads:
            raise ValueError(
                "Expected features that the heads can share evenly. Received: "
                f"{features} features, num_heads={self.num_heads}"
            )
        self.head_dim = features // self.num_heads
        self.projection = layers.Dense(3 * features, name="projection")
        self.output_layer = layers.Dense(features, name="outputs")
        for layer in (self.projection, self.output_layer):
            layer.build((None, features))

    def empty_cache(self, batch_size, longest):
        """The cache before the first of at most `longest` elements."""
        shape = (batch_size, longest, self.num_heads, self.head_dim)
        zeros = ops.zeros(shape, dtype=self.compute_dtype)
        return zeros, zeros

    def call(self, inputs, cache=None, index=None):
        length = inputs.shape[1]
        shape = (-1, length, 3, self.num_heads, self.head_dim)
        projected = ops.reshape(self.projection(inputs), shape)
        query, key, value = (projected[:, :, i] for i in range(3))
        if cache is None:
            attended = ops.dot_product_attention(
                query, key, value, is_causal=True
            )
        else:
            zero = ops.zeros_like(index)  # JAX wants indices of one dtype
            start = zero, index, zero, zero
            key = ops.slice_update(cache[0], start, key)
            value = ops.slice_update(cache[1], start, value)
            mask = ops.arange(key.shape[1], dtype=index.dtype) <= index
            attended = ops.dot_product_attention(
                query, key, value, mask=mask[None, None, None]
            )
        shape = (-1, length, self.num_heads * self.head_dim)
        outputs = self.output_layer(ops.reshape(attended, shape))
        return outputs if cache is None else (outputs, (key, value))

    def get_config(self):
        return {**super().get_config(), "num_heads": self.num_heads}
