"""What networks of pixels begin and end with."""

import keras
from keras import layers


class PixelEnds:
    """The inputs of a network of pixels, and the way to its outputs."""

    def __init__(self, data_shape, num_channels, num_parameters, num_classes):
        *size, channels = data_shape
        self.shape = (*data_shape, num_parameters)
        self.num_outputs = channels * num_parameters
        self.data = keras.Input((*data_shape, num_channels))
        self.label = keras.Input((num_classes,)) if num_classes else None
        self.pixels = layers.Reshape((*size, channels * num_channels))(
            self.data
        )

    def add_label(self, features):
        """Add a vector for the label at every place."""
        if self.label is None:
            return features
        bias = layers.Dense(features.shape[-1], use_bias=False)(self.label)
        bias = layers.Reshape((1, 1, features.shape[-1]))(bias)
        return layers.Add()([features, bias])

    def model(self, outputs, name):
        outputs = layers.Reshape(self.shape)(outputs)
        inputs = self.data
        if self.label is not None:
            inputs = [self.data, self.label]
        return keras.Model(inputs, outputs, name=name)


def shared(filters, groups):
    """At least so many features, evenly shared by the channels of the data."""
    return -(-filters // groups) * groups
