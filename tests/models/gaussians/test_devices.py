"""Two devices find the parameters that one finds, of the whole batch."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm

ROWS = 70  # whole batches of 32, and one of 6


def gaussian():
    return kgm.MultivariateGaussian((3,))


def mixture(covariance_type):
    return kgm.GaussianMixture((3,), 2, covariance_type=covariance_type, seed=0)


def classifier():
    return kgm.BayesClassifier((3,), num_classes=2)


def data(rows=ROWS):
    rng = np.random.default_rng(0)
    y = np.arange(rows) % 2
    x = rng.normal(size=(rows, 3)) @ rng.normal(size=(3, 3)) + 4 * y[:, None]
    return x.astype("float32"), y


def fit(make, rows=ROWS, batch_size=32):
    model, (x, y) = make(), data(rows)
    labels = () if model.num_classes is None else (y,)
    model.compile()
    loss = model.fit(
        x, *labels, batch_size=batch_size, epochs=2, shuffle=False, verbose=0
    ).history["loss"]
    return model, loss


@pytest.mark.parametrize("rows", [ROWS, 65])  # the last: one device has none
@pytest.mark.parametrize(
    "make",
    [
        gaussian,
        classifier,
        lambda: mixture("full"),
        lambda: mixture("diag"),
        lambda: mixture("tied"),
    ],
    ids=["gaussian", "classifier", "full", "diag", "tied"],
)
def test_two_devices_share_their_statistics(make, rows, two_devices):
    if keras.backend.backend() == "jax" and rows % 2:
        pytest.skip("Keras on JAX splits even batches only")
    one, one_loss = fit(make, rows)
    with two_devices():
        two, two_loss = fit(make, rows)
    np.testing.assert_allclose(two_loss, one_loss, rtol=1e-4)
    count = keras.ops.convert_to_numpy(two.count.value)
    assert count == 2 * rows
    x, _ = data()
    np.testing.assert_allclose(two.log_prob(x), one.log_prob(x), rtol=1e-4)
    for variable in two.variables:
        copies = getattr(variable.value, "values", None)
        if copies is not None:
            np.testing.assert_array_equal(
                *map(keras.ops.convert_to_numpy, copies)
            )
