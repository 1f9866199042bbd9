"""Fully connected layer without the connections that would let a value leak."""

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class MaskedDense(FixedSettings, layers.Layer):
    """Dense layer whose units see only inputs of at most their own degree.

    Number the values of an example in the order in which they are to be
    predicted, from 0. An input has its value's number as degree; a hidden unit
    of degree m depends on the values 0 to m; an output of degree m, made by a
    `strict` layer, on the values before m. The mask of a weight is 1 where the
    degree of the unit is >= that of its input, or > if `strict`. Masks are
    computed of the degrees; they are no weights.

    Several sets of degrees share one kernel.

    Args:
        in_degrees: Ints `(num_inputs,)`, or `(num_masks, num_inputs)`.
        out_degrees: Ints `(units,)`, or `(num_masks, units)`.
        strict: Bool. Whether a unit must not see inputs of its own degree.
            Defaults to `False`.
        use_bias: Bool. Defaults to `True`.
        kernel_initializer: String or Keras initializer. Defaults to
            `"glorot_uniform"`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, num_inputs)`.
        index: Int or scalar int tensor, the set of degrees. Defaults to 0.

    Returns:
        Tensor `(batch, units)`.

    Raises:
        ValueError: If there are not equally many sets of both degrees.

    Reference:
        [Germain et al., 2015](https://arxiv.org/abs/1502.03509), eq. 12 and 13.
    """

    def __init__(
        self,
        in_degrees,
        out_degrees,
        *,
        strict=False,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.in_degrees = np.atleast_2d(np.asarray(in_degrees, "int32"))
        self.out_degrees = np.atleast_2d(np.asarray(out_degrees, "int32"))
        if len(self.in_degrees) != len(self.out_degrees):
            raise ValueError(
                "Expected as many sets of degrees of inputs as of units. "
                f"Received: {len(self.in_degrees)} and {len(self.out_degrees)}"
            )
        self.strict = bool(strict)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        shape = (self.in_degrees.shape[1], self.out_degrees.shape[1])
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=self.kernel_initializer
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=shape[1:], initializer="zeros"
            )

    def mask(self, index=0):
        """Ones where the kernel counts, `(num_inputs, units)`."""
        inputs = ops.take(self.in_degrees, index, axis=0)[:, None]
        units = ops.take(self.out_degrees, index, axis=0)[None]
        seen = units > inputs if self.strict else units >= inputs
        return ops.cast(seen, self.compute_dtype)

    def call(self, inputs, index=0):
        outputs = ops.matmul(inputs, self.kernel * self.mask(index))
        return outputs if self.bias is None else outputs + self.bias

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.out_degrees.shape[1])

    def get_config(self):
        return {
            **super().get_config(),
            "in_degrees": self.in_degrees.tolist(),
            "out_degrees": self.out_degrees.tolist(),
            "strict": self.strict,
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(
                self.kernel_initializer
            ),
        }
