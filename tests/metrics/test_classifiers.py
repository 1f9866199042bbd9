"""The classifiers that come with the package, and what they see."""

import pathlib

import keras
import numpy as np
import pytest

import keras_genmodels as kgm
from keras_genmodels.metrics import class_histogram
from keras_genmodels.metrics import classifiers
from keras_genmodels.metrics import feature_extractor
from keras_genmodels.metrics import label_accuracy
from keras_genmodels.metrics import load_classifier

MNIST = pathlib.Path(__file__).parents[3] / "shared" / "data" / "mnist"


def check(classifier, x, y, least):
    assert label_accuracy(classifier, x, y) > least
    assert not classifier.trainable_variables
    extractor = feature_extractor(classifier)
    features = extractor.predict(x, verbose=0)
    assert np.mean(features**2) == pytest.approx(1, abs=0.05)
    kernel, bias = classifier.get_layer("logits").get_weights()
    logits = classifier.predict(x, verbose=0)
    np.testing.assert_allclose(features @ kernel + bias, logits, atol=1e-3)
    histogram = class_histogram(classifier, x)
    np.testing.assert_allclose(
        histogram, np.bincount(y) / len(y), atol=2 * (1 - least)
    )


def test_digits(digits):
    _, (x_test, y_test) = digits
    check(load_classifier("digits"), x_test, y_test, 0.98)


def test_mnist():
    if not MNIST.is_dir():
        pytest.skip("no real MNIST at ../shared/data/mnist")
    _, (x_test, y_test) = kgm.datasets.load("mnist", data_dir=MNIST)
    classifier = load_classifier("mnist")
    check(classifier, x_test, y_test, 0.99)
    binary = kgm.datasets.binarize(x_test)
    assert label_accuracy(classifier, binary, y_test) > 0.98


@pytest.mark.exact
@pytest.mark.parametrize("name", classifiers.CLASSIFIERS)
def test_images_have_channels_last_whatever_keras_json_says(name):
    shape, _ = classifiers.CLASSIFIERS[name]
    x = np.random.default_rng(0).uniform(size=(20, *shape))
    expected = load_classifier(name).predict(x, verbose=0)
    keras.config.set_image_data_format("channels_first")
    try:
        received = load_classifier(name).predict(x, verbose=0)
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("name", classifiers.CLASSIFIERS)
def test_weights_are_small_and_those_of_this_version(
    name, monkeypatch, tmp_path
):
    file = f"{name}.weights.h5"
    content = bytearray((classifiers.FOLDER / file).read_bytes())
    assert len(content) <= 500_000
    content[-1] ^= 1
    (tmp_path / file).write_bytes(content)
    monkeypatch.setattr(classifiers, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="checksum"):
        load_classifier(name)


def test_unknown_name():
    with pytest.raises(ValueError, match="name='letters'"):
        load_classifier("letters")


def test_any_function_is_a_classifier():
    """Of numbers, by sign."""

    def signs(x):
        return np.column_stack([x < 0, x == 0, x > 0])

    x = np.array([-2.0, -1, 1, 2, 3])
    assert label_accuracy(signs, x, [0, 0, 2, 2, 0]) == 0.8
    np.testing.assert_allclose(class_histogram(signs, x), [0.4, 0, 0.6])
    with pytest.raises(ValueError, match="5 labels"):
        label_accuracy(signs, x, [0])
    with pytest.raises(ValueError, match=r"shape \(5,\)"):
        class_histogram(np.sign, x)
