"""Tell every element of a flattened array where it is."""

import keras
import numpy as np
from keras import layers
from keras import ops

from keras_genmodels._internal.settings import FixedSettings

KINDS = ("coordinates", "axial", "learned")


@keras.saving.register_keras_serializable("keras_genmodels")
class PlaceEmbedding(FixedSettings, layers.Layer):
    """Adds a vector for its place to each element.

    Args:
        data_shape: Tuple of ints. The sequence is an array of this shape,
            flattened.
        kind: `"coordinates"`, a linear function of the indices along each axis,
            scaled to [-1, 1]; `"axial"`, the sum of a learned vector for each
            index along each axis, for images of a row, a column and a channel;
            `"learned"`, a vector for each place.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor `(batch, length, features)`.
        index: Optional int tensor `()`. If given, `inputs` is the element of
            this number alone, `(batch, 1, features)`.

    Returns:
        Tensor like `inputs`.

    Raises:
        ValueError: If the kind is not known.
    """

    def __init__(self, data_shape, kind="coordinates", **kwargs):
        super().__init__(**kwargs)
        if kind not in KINDS:
            raise ValueError(
                f"Expected `kind` to be one of {KINDS}. Received: kind={kind!r}"
            )
        self.data_shape = tuple(data_shape)
        self.kind = kind

    def build(self, input_shape):
        features = input_shape[-1]
        sizes = np.array(self.data_shape)
        places = np.indices(self.data_shape).reshape(len(sizes), -1).T
        rows, initializer = sum(sizes), keras.initializers.RandomNormal(0, 0.02)
        if self.kind == "coordinates":
            self.places = (2 * places - (sizes - 1)) / np.maximum(sizes - 1, 1)
            rows, initializer = len(sizes), "glorot_uniform"
        elif self.kind == "axial":
            self.places = places + np.cumsum(sizes) - sizes
        else:
            rows = len(places)
            self.places = np.arange(rows)[:, None]
        self.table = self.add_weight(
            name="table", shape=(rows, features), initializer=initializer
        )

    def call(self, inputs, index=None):
        of_axes = self.kind == "coordinates"
        dtype = inputs.dtype if of_axes else "int32"
        places = ops.convert_to_tensor(self.places, dtype)
        if index is not None:
            places = ops.take(places, ops.reshape(index, (1,)), axis=0)
        if of_axes:
            vectors = ops.matmul(places, self.table)
        else:
            vectors = ops.sum(ops.take(self.table, places, axis=0), axis=1)
        return inputs + ops.cast(vectors, inputs.dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": list(self.data_shape),
            "kind": self.kind,
        }
