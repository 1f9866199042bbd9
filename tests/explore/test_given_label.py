"""A conditional model with its label held fixed."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_genmodels as kgm
from keras_genmodels.explore import GivenLabel
from keras_genmodels.explore import interpolate
from keras_genmodels.explore import local_change
from keras_genmodels.explore import reconstruction_errors
from keras_genmodels.explore import stress_test


@pytest.fixture(scope="module")
def conditional():
    keras.utils.set_random_seed(5)
    return kgm.ConditionalVAE.from_shape(
        (4, 3, 1), num_classes=3, latent_dim=2, hidden_units=(8,)
    )


@pytest.mark.exact
def test_verbs(conditional):
    x = np.random.default_rng(0).uniform(size=(4, 4, 3, 1)).astype("float32")
    twos = GivenLabel(conditional, 2)
    labels = np.full(4, 2)
    codes = conditional.encode(x, labels)
    np.testing.assert_array_equal(twos.encode(x), codes)
    decoded = conditional.decode(codes, labels)
    np.testing.assert_array_equal(twos.decode(codes), decoded)
    assert not np.allclose(decoded, GivenLabel(conditional, 1).decode(codes))
    result = reconstruction_errors(twos, x)
    np.testing.assert_allclose(result.reconstructions, decoded, atol=1e-6)
    path = interpolate(twos, x[0], x[1], 3)
    np.testing.assert_allclose(path[0], decoded[0], atol=1e-6)


def test_derivatives_and_shells(conditional):
    twos = GivenLabel(conditional, 2)
    test = stress_test(twos, lambda x: x[:, 1, 1, 0], (0, 1), num_directions=3)
    codes = test.codes.reshape(-1, 2)
    expected = conditional.decode(codes, np.full(len(codes), 2))
    np.testing.assert_allclose(
        test.responses.ravel(), expected[:, 1, 1, 0], rtol=1e-5
    )
    change = local_change(twos, lambda x: ops.log(x[:, 1, 1, 0]), z=codes)
    step = np.float32([[0.01, 0]])
    ends = [
        np.log(twos.decode(codes + sign * step)[:, 1, 1, 0]) for sign in (1, -1)
    ]
    np.testing.assert_allclose(
        change.jacobian[:, 0], (ends[0] - ends[1]) / 0.02, rtol=0.02, atol=1e-3
    )


@pytest.mark.parametrize("label", [-1, 0.5, True])
def test_bad_label(conditional, label):
    with pytest.raises(ValueError, match="label"):
        GivenLabel(conditional, label)
