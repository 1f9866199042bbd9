"""What all sides of the benchmark of flow matching share."""

import numpy as np
from common import BATCH_SIZE

SHAPE = (28, 28, 1)
UNITS = 64  # of the vector for the time
HIDDEN_UNITS = (256, 256, 256)
FILTERS = (32, 64, 64)
PACK = 2
GROUPS, EPSILON = 8, 1e-3  # of the normalisation
EMA_MOMENTUM = 0.999
RATE, BETA_1, BETA_2, ADAM_EPSILON = 1e-3, 0.9, 0.999, 1e-7  # Adam
# Epochs of a few seconds.
NUM_STEPS = {"unet": 6, "dense": 100}


def images(network):
    """Random images, an epoch of them."""
    rng = np.random.default_rng(0)
    size = (NUM_STEPS[network] * BATCH_SIZE, *SHAPE)
    return rng.uniform(size=size).astype("float32")


def draws():
    """The batch of times and noise on which the sides are compared."""
    rng = np.random.default_rng(1)
    t = (rng.uniform() + np.arange(BATCH_SIZE) / BATCH_SIZE) % 1
    noise = rng.standard_normal((BATCH_SIZE, *SHAPE))
    return t.astype("float32"), noise.astype("float32")


def weights(network):
    """Pairs, kernel and bias or scale and offset, in Keras' shapes.

    Returns:
        Three lists: of convolutions, of dense layers, of normalisations, each
        in the order in which the network has them.
    """
    rng = np.random.default_rng(2)

    def layer(*shape):
        kernel = rng.normal(0, np.prod(shape[:-1]) ** -0.5, shape)
        bias = rng.normal(0, 0.1, shape[-1])
        return kernel.astype("float32"), bias.astype("float32")

    def normalization(features):
        scale, offset = rng.normal(0, 0.1, (2, features)).astype("float32")
        return 1 + scale, offset

    shapes = unet() if network == "unet" else mlp()
    makers = layer, layer, normalization
    return [
        [make(*shape) for shape in part]
        for make, part in zip(makers, shapes, strict=True)
    ]


def unet():
    packed, deepest = PACK**2, len(FILTERS) - 1
    convs = [(3, 3, packed, FILTERS[0])]
    denses, norms = [(UNITS, UNITS)] * 2, []

    def block(before, features):
        norms.extend([(before,), (features,)])
        denses.extend([(UNITS, features)] * 2)
        convs.append((3, 3, before, features))
        if before != features:
            convs.append((1, 1, before, features))
        convs.append((3, 3, features, features))

    before = FILTERS[0]
    for level, features in enumerate(FILTERS):
        if level:
            convs.append((3, 3, before, features))
        block(features, features)
        before = features
    for level, features in reversed(list(enumerate(FILTERS))):
        if level < deepest:
            convs.append((3, 3, before, features))
        block(2 * features, features)
        before = features
    norms.append((before,))
    convs.append((3, 3, before, packed))
    return convs, denses, norms


def mlp():
    denses, size = [(UNITS, UNITS)] * 2, int(np.prod(SHAPE))
    before = size
    for units in HIDDEN_UNITS:
        denses.extend([(before, units), (UNITS, units)])
        before = units
    return [], [*denses, (before, size)], []
