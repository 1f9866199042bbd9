"""The metric that holds a model's logs."""

import keras
import numpy as np
import pytest

from keras_genmodels._internal.running_means import RunningMeans


def result(metric):
    return {k: float(v) for k, v in metric.result().items()}


@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_one_keras_mean_for_each_term(weighted):
    rng = np.random.default_rng(0)
    names = ("loss", "kl", "reconstruction")
    metric = RunningMeans(names)
    expected = {name: keras.metrics.Mean() for name in names}
    for size in (5, 1, 3):  # a mean of means would be another number
        values = {name: rng.normal(size=size) for name in reversed(names)}
        weight = rng.random(size) if weighted else None
        metric.update_state(values, weight)
        for name in names:
            expected[name].update_state(values[name], weight)
    assert result(metric) == pytest.approx(
        {name: float(mean.result()) for name, mean in expected.items()},
        rel=1e-5,
    )
    metric.reset_state()
    assert result(metric) == dict.fromkeys(names, 0.0)


def test_means_of_batches_count_as_many_examples_as_they_have():
    metric = RunningMeans(("a", "b"))
    metric.update_state({"a": 1.0, "b": 10.0}, 3)
    metric.update_state({"a": 5.0, "b": 30.0}, 1)
    assert result(metric) == {"a": 2.0, "b": 15.0}


def test_a_mean_beside_values_for_each_example():
    metric = RunningMeans(("a", "b"))
    metric.update_state({"a": np.array([1.0, 2.0, 6.0]), "b": 7.0})
    metric.update_state({"a": np.array([11.0]), "b": 11.0})
    assert result(metric) == {"a": 5.0, "b": 8.0}


def test_other_terms_than_the_metrics_are_refused():
    metric = RunningMeans(("a", "b"))
    for values in ({"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0}):
        with pytest.raises(ValueError, match="terms"):
            metric.update_state(values)
