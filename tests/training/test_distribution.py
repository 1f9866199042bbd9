"""Two virtual CPU devices train like one, up to rounding."""

import keras
import numpy as np
import pytest
from training.models import Portable
from training.models import data
from training.models import plain_network
from training.models import weights
from training.players import TwoPlayers

import keras_genmodels as kgm


def reconstruct():
    model = Portable(plain_network())
    model.compile(optimizer=keras.optimizers.SGD(0.5, momentum=0.9))
    return model


def play():
    return TwoPlayers().compile_with(
        actor=keras.optimizers.SGD(0.5, momentum=0.9),
        critic=keras.optimizers.SGD(0.5),
    )


def fit(model, rows=20):
    """Two epochs of two whole batches and a half."""
    history = model.fit(
        data(rows), batch_size=8, epochs=2, shuffle=False, verbose=0
    ).history
    return weights(model), history["loss"]


@pytest.mark.parametrize("make", [reconstruct, play])
def test_two_devices_are_as_good_as_one(make, two_devices):
    one, one_loss = fit(make())
    with two_devices():
        model = make()
        start = weights(model)
        two, two_loss = fit(model)
    np.testing.assert_allclose(two, one, rtol=0, atol=2e-6)
    np.testing.assert_allclose(two_loss, one_loss, rtol=1e-5)
    # Within those limits, a gradient twice too large would be seen.
    assert np.abs(one - start).max() > 0.05


def test_verbs_on_two_devices(two_devices):
    x = data(10)

    def results():
        model = reconstruct()
        fit(model)
        return kgm.training.run_in_batches(
            model, "call", (x,), batch_size=4
        ), model.sample(5, seed=0, batch_size=3)

    expected = results()
    with two_devices():
        for a, b in zip(results(), expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
