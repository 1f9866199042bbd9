"""Whether a network that should end linearly ends in a squashing function."""

import warnings

import keras

SQUASHING = ("sigmoid", "tanh", "softmax", "hard_sigmoid", "hard_tanh")
SHAPING = (
    keras.layers.Cropping2D,
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.ZeroPadding2D,
)


def warn_of_squashing(name, network):
    """Warn if the last layer's activation squashes the output.

    Args:
        name: String, what the warning calls the network.
        network: Built `keras.Model` whose outputs are to be any real numbers.
    """
    activation = last_activation(network)
    if activation in SQUASHING:
        warnings.warn(
            f"Expected a {name} whose last layer is linear (`activation=None`):"
            " the model itself applies a sigmoid where it needs one. Received: "
            f"a last layer with the activation {activation!r}, so that values "
            "near 0 and 1 cannot be reached",
            stacklevel=4,
        )


def last_activation(network):
    """The name of a network's last activation, or `None` if there is none."""
    for layer in reversed(getattr(network, "layers", [])):
        if isinstance(layer, SHAPING):
            continue
        if isinstance(layer, keras.Model):
            return last_activation(layer)
        if isinstance(layer, keras.layers.Softmax):
            return "softmax"
        return getattr(getattr(layer, "activation", None), "__name__", None)
    return None
