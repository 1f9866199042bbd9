"""Train the classifiers that `keras_genmodels.metrics` judges samples by.

    python tools/train_classifiers.py digits
    python tools/train_classifiers.py mnist --data-dir ../shared/data/mnist

The images of an epoch are moved by up to two pixels (one for the digits), and
each binarised with probability 1/2; in the end features are scaled to a mean
square of 1. Prints the accuracy on the test images, grey and binarised, and the
checksum that `metrics/classifiers.py` is to hold. With `--validation` the
accuracy is that on images held out of training, and nothing is written. The
weights in the package were trained on JAX.
"""

import argparse
import hashlib
import pathlib

import keras
import numpy as np

import keras_genmodels as kgm
from keras_genmodels.metrics.classifiers import FOLDER
from keras_genmodels.metrics.classifiers import classifier_network
from keras_genmodels.metrics.classifiers import feature_extractor

EPOCHS = {"digits": 100, "mnist": 15}


def augmented(x, rng):
    """Each image moved by a few pixels, every second one binarised."""
    most = 2 if x.shape[1] > 16 else 1
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (most, most), (most, most), (0, 0)))
    moved = np.empty_like(x)
    steps = rng.integers(0, 2 * most + 1, (len(x), 2))
    for i, (down, right) in enumerate(steps):
        moved[i] = padded[i, down : down + height, right : right + width]
    binary = rng.uniform(size=x.shape) < moved
    halves = rng.uniform(size=(len(x), 1, 1, 1)) < 0.5
    return np.where(halves, binary, moved).astype("float32")


def train(x, y, epochs):
    classifier = classifier_network(x.shape[1:])
    steps = epochs * -(-len(x) // 128)
    schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    classifier.compile(
        keras.optimizers.AdamW(schedule, weight_decay=1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    rng = np.random.default_rng(0)
    for epoch in range(epochs):
        history = classifier.fit(
            augmented(x, rng), y, batch_size=128, verbose=0
        )
        print(f"epoch {epoch + 1}: {history.history['accuracy'][0]:.4f}")
    return classifier


def with_unit_features(classifier, x):
    """The same classifier, with features whose mean square over `x` is 1.

    A rectifier lets a positive factor through: the features are divided by it,
    the weights that take them multiplied.
    """
    scaled = classifier_network(x.shape[1:])  # and without an optimizer
    scaled.set_weights(classifier.get_weights())
    features = feature_extractor(scaled).predict(x, verbose=0)
    scale = np.sqrt(np.mean(np.square(features)))
    hidden, logits = scaled.get_layer("features"), scaled.get_layer("logits")
    hidden.set_weights([weight / scale for weight in hidden.get_weights()])
    kernel, bias = logits.get_weights()
    logits.set_weights([kernel * scale, bias])
    return scaled


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("name", choices=EPOCHS)
    parser.add_argument("--data-dir")
    parser.add_argument("--out", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--validation", action="store_true")
    options = parser.parse_args()
    keras.utils.set_random_seed(0)
    (x, y), (x_test, y_test) = kgm.datasets.load(
        options.name, data_dir=options.data_dir
    )
    if options.validation:
        (x, y), (x_test, y_test) = kgm.datasets.validation_split(
            x, y, num=len(x) // 10
        )
    classifier = with_unit_features(train(x, y, EPOCHS[options.name]), x)
    for kind, images in (
        ("grey", x_test),
        ("binarised", kgm.datasets.binarize(x_test)),
    ):
        predictions = classifier.predict(images, verbose=0).argmax(axis=1)
        print(f"{kind}: {np.mean(predictions == y_test):.4f} of {len(y_test)}")
    if not options.validation:
        file = options.out / f"{options.name}.weights.h5"
        classifier.save_weights(file)
        content = file.read_bytes()
        print(hashlib.sha256(content).hexdigest(), len(content), "bytes")


if __name__ == "__main__":
    main()
