"""The block of a diffusion transformer."""

import keras
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class DiffusionBlock(FixedSettings, keras.layers.Layer):
    """Self-attention and a perceptron, both steered by a vector.

    Of the vector come a shift and a scale of what each part sees, and a gate
    for what it adds, which begins at zero: an untrained block is the identity
    (adaLN-Zero). The attention is written out, since Keras' own has no forward
    derivative on PyTorch, which `training.jvp` needs.

    Args:
        units: Int >= 1, length of the vectors.
        num_heads: Int >= 1, a divisor of `units`. Defaults to 4.

    Call arguments:
        x: Tensor `(batch, length, units)`.
        condition: Tensor `(batch, d)`.

    Returns:
        Tensor `(batch, length, units)`.

    Raises:
        ValueError: If the heads do not divide the units.

    Reference:
        [Peebles & Xie, 2023](https://arxiv.org/abs/2212.09748), section 3.2 and
        figure 3.
    """

    def __init__(self, units, num_heads=4, **kwargs):
        super().__init__(**kwargs)
        self.units = check_count("units", units)
        self.num_heads = check_count("num_heads", num_heads)
        if self.units % self.num_heads:
            raise ValueError(
                "Expected `num_heads` to divide `units`. "
                f"Received: num_heads={num_heads}, units={units}"
            )
        self.modulation = layers.Dense(
            6 * units, kernel_initializer="zeros", name="modulation"
        )
        self.normalizations = [
            layers.LayerNormalization(
                center=False, scale=False, epsilon=1e-6, name=f"norm_{i}"
            )
            for i in (1, 2)
        ]
        self.query_key_value = layers.Dense(3 * units, name="query_key_value")
        self.project = layers.Dense(units, name="project")
        self.expand = layers.Dense(4 * units, "silu", name="expand")
        self.contract = layers.Dense(units, name="contract")

    def build(self, x_shape, condition_shape):
        self.modulation.build(condition_shape)
        for layer in (*self.normalizations, self.query_key_value):
            layer.build(x_shape)
        self.project.build(x_shape)
        self.expand.build(x_shape)
        self.contract.build((*x_shape[:-1], 4 * self.units))
        self.built = True

    def call(self, x, condition):
        modulation = self.modulation(condition)[:, None]
        shift_1, scale_1, gate_1, shift_2, scale_2, gate_2 = ops.split(
            modulation, 6, axis=-1
        )
        h = self.normalizations[0](x) * (1.0 + scale_1) + shift_1
        x = x + gate_1 * self.project(self.attend(h))
        h = self.normalizations[1](x) * (1.0 + scale_2) + shift_2
        return x + gate_2 * self.contract(self.expand(h))

    def attend(self, x):
        """Attention of all to all, `(batch, length, units)`."""
        length, size = x.shape[1], self.units // self.num_heads
        query, key, value = (
            ops.reshape(part, (-1, length, self.num_heads, size))
            for part in ops.split(self.query_key_value(x), 3, axis=-1)
        )
        scores = ops.einsum("bqhd,bkhd->bhqk", query, key) * size**-0.5
        # The softmax, less its maximum, in terms that all backends derive.
        largest = ops.stop_gradient(ops.max(scores, axis=-1, keepdims=True))
        weights = ops.exp(scores - largest)
        weights = weights / ops.sum(weights, axis=-1, keepdims=True)
        attended = ops.einsum("bhqk,bkhd->bqhd", weights, value)
        return ops.reshape(attended, (-1, length, self.units))

    def compute_output_shape(self, x_shape, condition_shape):
        return x_shape

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "num_heads": self.num_heads,
        }
