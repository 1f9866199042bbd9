"""Convolution that sees only what comes before, in the order of reading."""

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings


@keras.saving.register_keras_serializable("keras_genmodels")
class MaskedConv2D(FixedSettings, layers.Layer):
    """Convolution of the rows above, and of the same row to the left.

    At its own place, a layer of type "A" sees only channels of the data that
    come before its own; one of type "B" also its own. The features are divided
    evenly among the `num_groups` channels of the data: with three, the first
    third of the features may depend on red, the next on red and green, the last
    on all. The first layer of a network has type "A", all others "B". The mask
    is a constant, and no weight.

    Args:
        filters: Int >= 1, a multiple of `num_groups`.
        kernel_size: Odd int, or two of them.
        mask_type: `"A"` or `"B"`.
        num_groups: Int >= 1, channels of the data. Defaults to 1.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, height, width, features)`.

    Returns:
        Tensor `(batch, height, width, filters)`.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [van den Oord et al., 2016](https://arxiv.org/abs/1601.06759), section
        3.4 and figure 4.
    """

    def __init__(
        self, filters, kernel_size, mask_type, *, num_groups=1, **kwargs
    ):
        super().__init__(**kwargs)
        self.filters = check_count("filters", filters)
        self.num_groups = check_count("num_groups", num_groups)
        if isinstance(kernel_size, int):
            kernel_size = kernel_size, kernel_size
        self.kernel_size = tuple(kernel_size)
        if mask_type not in ("A", "B"):
            raise ValueError(
                "Expected `mask_type` to be 'A' or 'B'. "
                f"Received: mask_type={mask_type!r}"
            )
        if any(size % 2 == 0 for size in self.kernel_size):
            raise ValueError(
                "Expected odd kernel sizes, which have a middle. "
                f"Received: kernel_size={kernel_size}"
            )
        self.mask_type = mask_type

    def build(self, input_shape):
        for features in (input_shape[-1], self.filters):
            if features % self.num_groups:
                raise ValueError(
                    f"Expected features that {self.num_groups} channels can "
                    f"share evenly. Received: {features}"
                )
        shape = (*self.kernel_size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer="glorot_uniform"
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.filters,), initializer="zeros"
        )
        self.mask = np.moveaxis(self._make_mask(shape), -1, 0).copy()

    def _make_mask(self, shape):
        """Ones where the kernel counts, an array of this shape."""
        height, width, num_inputs, num_outputs = shape
        mask = np.zeros(shape, "float32")
        mask[: height // 2] = 1
        mask[height // 2, : width // 2] = 1
        inputs = np.arange(num_inputs) * self.num_groups // num_inputs
        outputs = np.arange(num_outputs) * self.num_groups // num_outputs
        if self.mask_type == "A":
            seen = inputs[:, None] < outputs
        else:
            seen = inputs[:, None] <= outputs
        mask[height // 2, width // 2] = seen
        return mask

    def call(self, inputs):
        # With the filters first: a product with only one filter, laid out as
        # Keras has kernels, has no gradient for a batch of one row on PyTorch.
        mask = ops.convert_to_tensor(self.mask, dtype=self.compute_dtype)
        kernel = ops.moveaxis(self.kernel, -1, 0) * mask
        features = ops.conv(
            inputs,
            ops.moveaxis(kernel, 0, -1),
            padding="same",
            data_format="channels_last",
        )
        return features + self.bias

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": list(self.kernel_size),
            "mask_type": self.mask_type,
            "num_groups": self.num_groups,
        }
