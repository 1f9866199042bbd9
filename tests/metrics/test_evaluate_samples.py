"""All metrics in one call, of models whose verdict is known."""

import types

import numpy as np
import pytest

import keras_genmodels as kgm
from keras_genmodels.metrics import distances
from keras_genmodels.metrics import evaluate_samples
from keras_genmodels.metrics import frechet


def model_of(x, y=None):
    """A "model" that hands out these rows, one after the other."""

    def sample(num_samples, labels=None, seed=None, batch_size=None):
        assert (labels is None) == (y is None)
        if y is None:
            return x[:num_samples]
        rows = {label: iter(np.flatnonzero(y == label)) for label in range(10)}
        return x[[next(rows[label]) for label in labels]]

    return types.SimpleNamespace(
        sample=sample, num_classes=None if y is None else 10
    )


@pytest.fixture(scope="module")
def held_out(digits):
    """The digits in three parts: for training, for the "model", for the test.

    Real data in the place of samples, which training has not seen.
    """
    (x, y), (x_test, y_test) = digits
    return (x[:1000], y[:1000]), (x[1000:], y[1000:]), (x_test, y_test)


@pytest.mark.slow
def test_real_data_pass(held_out):
    (x_train, _), (x, y), (x_test, y_test) = held_out
    result = evaluate_samples(
        model_of(x, y), x_test, x_train, y_test=y_test, num_samples=250
    )
    for values in (result.samples, result.baseline):
        assert abs(values["pixel_memorization"]) < 2.5
        assert abs(values["feature_memorization"]) < 2.5
        assert values["pixel_copies"] < 0.04
        assert min(values["precision"], values["recall"]) > 0.85
        assert values["density"] == pytest.approx(1, abs=0.15)
        assert values["coverage"] > 0.9
        assert values["two_sample_p_value"] > 1e-3
        assert values["label_accuracy"] > 0.96
        assert abs(values["kernel_distance"]) < (
            4 * values["kernel_distance_error"]
        )
        assert values["class_histogram"].sum() == pytest.approx(1)
    assert result.samples.keys() == result.baseline.keys()
    assert result.test_histogram.shape == (10,)
    lines = str(result).splitlines()
    assert len(lines) == 1 + (len(result.samples) - 1) + 1 + 10
    assert any(line.startswith("frechet_distance") for line in lines)


def test_copies_of_the_training_data_are_flagged(digits):
    (x_train, _), (x_test, _) = digits
    result = evaluate_samples(model_of(x_train), x_test)
    assert result.samples["pixel_memorization"] < -3
    assert result.samples["feature_memorization"] < -3
    assert result.samples["pixel_copies"] == 1
    assert abs(result.baseline["pixel_memorization"]) < 2.5
    # All else is as good as real data.
    assert result.samples["precision"] > 0.9
    assert "label_accuracy" not in result.samples


@pytest.mark.slow
def test_noise_fails(digits):
    (x_train, _), (x_test, _) = digits
    noise = np.random.default_rng(0).uniform(size=(200, 8, 8, 1))
    result = evaluate_samples(model_of(noise), x_test, num_samples=200)
    samples, baseline = result.samples, result.baseline
    assert samples["frechet_distance"] > 5 * baseline["frechet_distance"]
    assert samples["kernel_distance"] > 10 * samples["kernel_distance_error"]
    assert samples["precision"] < 0.5 and samples["coverage"] < 0.1
    assert samples["two_sample_accuracy"] > 0.95
    assert samples["pixel_memorization"] > 5


@pytest.mark.slow
def test_binarised_test_data_meet_binarised_training_data(digits):
    (x_train, _), (x_test, _) = digits
    x_test = kgm.datasets.binarize(x_test)
    samples = kgm.datasets.binarize(x_train, seed=1)
    result = evaluate_samples(model_of(samples), x_test)
    assert result.baseline["two_sample_p_value"] > 1e-3
    assert result.baseline["precision"] > 0.85


def test_options_of_drawing_reach_the_model():
    rng = np.random.default_rng(0)
    x_train, x_test = (rng.normal(size=(n, 3)) for n in (900, 300))

    def sample(num_samples, scale=1.0, **kwargs):
        return scale * rng.normal(size=(num_samples, 3))

    drawn = {
        scale: evaluate_samples(
            types.SimpleNamespace(sample=sample, num_classes=None),
            x_test,
            x_train,
            extractor=np.asarray,
            sample_options={"scale": scale},
        ).samples["frechet_distance"]
        for scale in (1.0, 3.0)
    }
    assert drawn[1.0] < 0.1
    assert drawn[3.0] > 5  # 3 (3 - 1)^2 = 12, were the covariances exact


def test_any_data_with_an_extractor():
    rng = np.random.default_rng(0)
    x_train, x_test, x = (rng.normal(size=(n, 3)) for n in (900, 300, 300))
    result = evaluate_samples(
        model_of(x), x_test, x_train, extractor=lambda x: x[:, :2]
    )
    assert result.samples["frechet_distance"] < 0.1
    assert result.test_histogram is None
    assert "class_histogram" not in result.samples
    for name in ("x_train", "extractor"):
        given = {"x_train": x_train, "extractor": np.asarray}
        given.pop(name)
        with pytest.raises(ValueError, match=name):
            evaluate_samples(model_of(x), x_test, **given)
    for num_samples in (0, 451):
        given = {"x_train": x_train, "extractor": np.asarray}
        given["num_samples"] = num_samples
        with pytest.raises(ValueError, match=f"num_samples={num_samples}"):
            evaluate_samples(model_of(x), x_test, **given)


def test_distances_to_the_test_data_are_computed_once(monkeypatch):
    """Of the samples, and of the training data in their place."""
    sizes = []

    def count(module, name):
        original = getattr(module, name)

        def counting(a, b):
            sizes.append((name, len(a), len(b)))
            return original(a, b)

        monkeypatch.setattr(module, name, counting)

    count(distances, "_squares")
    count(frechet, "_distance")
    rng = np.random.default_rng(0)
    x_train, x_test, x = (rng.normal(size=(n, 3)) for n in (900, 70, 80))
    evaluate_samples(
        model_of(x), x_test, x_train, extractor=np.asarray, num_samples=80
    )
    assert sizes.count(("_squares", 80, 70)) == 2
    assert ("_squares", 70, 80) not in sizes
    assert sizes.count(("_distance", 80, 70)) == 2


def test_a_trained_model_by_one_call(digits):
    (x_train, y_train), (x_test, _) = digits
    model = kgm.BayesClassifier(x_train.shape[1:], num_classes=10)
    model.compile()
    model.fit(x_train, y_train, verbose=0)
    samples, baseline, _ = evaluate_samples(model, x_test)
    for name, value in evaluate_samples(model, x_test).samples.items():
        np.testing.assert_array_equal(samples[name], value)
    assert samples["label_accuracy"] > 0.9
    assert samples["frechet_distance"] > baseline["frechet_distance"]
