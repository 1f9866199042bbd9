"""Networks that end in an activation where a model wants any real number."""

import warnings

import keras

# Activations that leave out a part of the real line. Keras has each as a
# function, and some as a layer or an operation, of the same name but for
# capitals and underscores.
BOUNDED = frozenset(
    "celu elu exponential gelu hardsigmoid hardsilu hardswish hardtanh "
    "logsigmoid logsoftmax mish relu relu6 selu sigmoid silu softmax softplus "
    "softsign sparseplus sparsesigmoid sparsemax squareplus swish tanh".split()
)

# Layers and operations that hand on the values as they are.
CARRIERS = frozenset(
    "Activation Cropping1D Cropping2D Cropping3D Dropout Flatten Identity "
    "Permute Reshape Squeeze Transpose UpSampling1D UpSampling2D "
    "UpSampling3D".split()
)


def warn_unless_linear(name, network, meaning):
    """Warn if the outputs of a network cannot be just any real numbers.

    Args:
        name: String, what the warning calls the network.
        network: `keras.Model`. Those that are neither Functional nor Sequential
            cannot be looked into, and raise no warning.
        meaning: String, what the model takes the outputs for.
    """
    activation = bounded_activation(network)
    if activation is not None:
        warnings.warn(
            f"Expected `{name}` to end without an activation, in a layer with "
            f"`activation=None`: its outputs are {meaning}, which may be any "
            f"real numbers. Received: a network that ends in {activation!r}",
            stacklevel=2,
        )


def bounded_activation(network):
    """Name of the last activation if it is a bounded one, such as `"sigmoid"`.

    Args:
        network: `keras.Model`.

    Returns:
        `None` if the network ends in a layer without one, or in one that
        leaves out no real number, or cannot be looked into.
    """
    # Sorted by their distance from the output. Functional models also list
    # the functions of `keras.ops` between their layers.
    parts = getattr(network, "operations", None) or getattr(
        network, "layers", []
    )
    for part in reversed(list(parts)):
        if isinstance(part, keras.Model):
            return bounded_activation(part)
        if isinstance(part, keras.layers.Wrapper):
            part = part.layer
        name = _activation_name(part)
        if name.replace("_", "") in BOUNDED:
            return name
        if type(part).__name__ not in CARRIERS:
            break
    return None


def _activation_name(part):
    # `ReLU` and the operation of `ops.sigmoid` are activations themselves.
    activation = getattr(part, "activation", part)
    name = getattr(activation, "__name__", type(activation).__name__)
    return name.lower()
