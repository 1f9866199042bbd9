"""Small frozen classifiers of digits, to judge samples by.

A distance between images says little about digits; the last hidden layer of a
network that tells them apart says more. The networks here are convolutional,
small enough to be part of the package, and fixed: a number measured with them
today can be compared with one measured next year. `tools/train_classifiers.py`
trains them.
"""

import hashlib
import pathlib

import keras
from keras import layers

FOLDER = pathlib.Path(__file__).parent / "weights"
# Shape of an image, and what `sha256sum` prints of the file of weights.
CLASSIFIERS = {
    "digits": (
        (8, 8, 1),
        "da4671175c356f4ccbe4026dd1443f97eb68c4db4813efede7d7e8b4639f9bd2",
    ),
    "mnist": (
        (28, 28, 1),
        "8e1bb71cb82e1771fe7c133c8ec51e4bb747ba79b13605a5c7c4651cef622c2f",
    ),
}


def load_classifier(name):
    """A trained classifier of digits.

    Args:
        name: `"digits"`, for images `(8, 8, 1)`, with 32 features, or
            `"mnist"`, for images `(28, 28, 1)`, with 64. Both know grey and
            binarised images, with values in [0, 1]. The mean square of their
            features is 1 on the training data.

    Returns:
        `keras.Model` from images `(batch, *data_shape)` to logits
        `(batch, 10)`, with frozen weights. See `feature_extractor`.

    Raises:
        ValueError: If the name is unknown, or the file of weights is not the
            one that belongs to this version.
    """
    if name not in CLASSIFIERS:
        raise ValueError(
            f"Expected `name` to be one of {list(CLASSIFIERS)}. "
            f"Received: name={name!r}"
        )
    shape, expected = CLASSIFIERS[name]
    file = FOLDER / f"{name}.weights.h5"
    received = hashlib.sha256(file.read_bytes()).hexdigest()
    if received != expected:
        raise ValueError(
            f"Expected a file with the SHA-256 checksum {expected}. "
            f"Received: {file} with {received}"
        )
    classifier = classifier_network(shape, kernel_initializer="zeros")
    classifier.load_weights(file)
    classifier.trainable = False
    return classifier


def feature_extractor(classifier):
    """The part of a classifier up to its last hidden layer.

    Args:
        classifier: Functional `keras.Model` with a layer named `"features"`,
            as `load_classifier` returns it.

    Returns:
        `keras.Model` from images to features `(batch, num_features)`.
    """
    features = classifier.get_layer("features").output
    return keras.Model(classifier.inputs, features, name="features")


def classifier_network(
    data_shape, num_classes=10, *, kernel_initializer="glorot_uniform"
):
    """The untrained network: four convolutions and a hidden layer.

    Args:
        data_shape: `(height, width, channels)`. For images of more than 16 rows
            the first kernel is larger, two more convolutions have a stride of
            2, and there are twice as many features.
        num_classes: Int >= 1.
        kernel_initializer: String or Keras initializer.

    Returns:
        Built `keras.Model`; see `load_classifier`.
    """
    large = data_shape[0] > 16
    initial = {"kernel_initializer": kernel_initializer}
    relu = {"activation": "relu", **initial}
    # Whatever order of axes `keras.json` asks for.
    last = {"data_format": "channels_last"}
    convolution = {"padding": "same", **last, **relu}
    first = {"kernel_size": 5, "strides": 2} if large else {"kernel_size": 3}
    x = inputs = keras.Input(data_shape)
    x = layers.Conv2D(24, **first, **convolution)(x)
    x = layers.Conv2D(48, 3, **convolution)(x)
    x = layers.Conv2D(48, 3, strides=2, **convolution)(x)
    x = layers.Conv2D(48, 3, strides=1 + large, **convolution)(x)
    x = layers.Flatten(**last)(x)
    x = layers.Dense(64 if large else 32, name="features", **relu)(x)
    logits = layers.Dense(num_classes, name="logits", **initial)(x)
    return keras.Model(inputs, logits, name="classifier")
