"""A hidden layer: linear, perhaps normalised, then nonlinear."""

from keras import layers


def hidden(layer, activation, batch_normalization, units, **kwargs):
    """Apply a layer class, batch normalisation if wanted, and an activation.

    Args:
        layer: Class of a Keras layer, such as `keras.layers.Dense`.
        activation: String or function.
        batch_normalization: Bool. The layer then has no bias of its own.
        units: Int, its units or filters.
        **kwargs: Keyword arguments of the layer, `name` among them.

    Returns:
        Function of a symbolic tensor.
    """

    def apply(x):
        if not batch_normalization:
            return layer(units, activation=activation, **kwargs)(x)
        name = kwargs["name"]
        x = layer(units, use_bias=False, **kwargs)(x)
        x = layers.BatchNormalization(name=name and f"{name}_norm")(x)
        return layers.Activation(activation)(x)

    return apply
