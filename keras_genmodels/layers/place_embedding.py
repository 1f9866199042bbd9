"""Tell every element of a flattened array where it is."""

import math

import keras
import numpy as np
from keras import layers
from keras import ops

KINDS = ("coordinates", "axial", "learned")


@keras.saving.register_keras_serializable("keras_genmodels")
class PlaceEmbedding(layers.Layer):
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
        if self.kind == "coordinates":
            rows, initializer = len(self.data_shape), "glorot_uniform"
        else:
            axial = self.kind == "axial"
            count = sum if axial else math.prod
            rows = count(self.data_shape)
            initializer = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(
            name="table", shape=(rows, features), initializer=initializer
        )
        places = np.indices(self.data_shape).reshape(len(self.data_shape), -1)
        sizes = np.array(self.data_shape)[:, None]
        if self.kind == "coordinates":
            self.places = (2 * places - (sizes - 1)) / np.maximum(sizes - 1, 1)
        else:
            self.places = places + np.cumsum(sizes, axis=0) - sizes

    def call(self, inputs, index=None):
        if self.kind == "coordinates":
            places = ops.convert_to_tensor(self.places.T, inputs.dtype)
            vectors = ops.matmul(places, self.table)
        elif self.kind == "axial":
            places = ops.convert_to_tensor(self.places, "int32")
            vectors = ops.sum(ops.take(self.table, places, axis=0), axis=0)
        else:
            vectors = self.table
        if index is not None:
            vectors = ops.take(vectors, ops.reshape(index, (1,)), axis=0)
        return inputs + ops.cast(vectors, inputs.dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": list(self.data_shape),
            "kind": self.kind,
        }
