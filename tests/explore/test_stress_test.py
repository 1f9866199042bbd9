"""The stress test of a linear decoder, whose shells are known ellipsoids."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import softmax
from scipy.stats import entropy
from scipy.stats import kstest

from keras_genmodels.explore import stress_test

RADII = (0.0, 0.7, 2.0, 5.0)
READ_OUT = np.random.default_rng(0).normal(size=5).astype("float32")


def response(x):
    return ops.matmul(x, READ_OUT)


def test_moments_on_the_shells(linear):
    """E[u] = 0 and E[u u'] = I/d for u uniform on the sphere."""
    test = stress_test(
        linear.model, response, RADII, num_directions=4000, seed=1
    )
    assert test.codes.shape == (4, 4000, 3)
    assert test.decoded.shape == (4, 4000, 5)
    assert test.responses.shape == (4, 4000)
    radii = np.array(RADII)
    slope = linear.decode @ READ_OUT
    centre = linear.decode_bias @ READ_OUT
    std = radii * np.linalg.norm(slope) / np.sqrt(3)
    np.testing.assert_allclose(test.response_std, std, rtol=0.04, atol=1e-4)
    limit = 4 * std / np.sqrt(4000) + 1e-4
    assert np.all(abs(test.response_mean - centre) < limit)
    # A linear function of u is uniform on an interval, in three dimensions.
    highest = centre + radii * np.linalg.norm(slope)
    np.testing.assert_allclose(test.responses.max(axis=1), highest, rtol=0.01)
    for responses in test.responses[1:]:
        ends = responses.min(), np.ptp(responses)
        assert kstest(responses, "uniform", args=ends).pvalue > 1e-3
    for coordinate in test.codes[2].T / RADII[2]:
        assert kstest(coordinate, "uniform", args=(-1, 2)).pvalue > 1e-3


def test_decoded_and_responses_belong_to_the_codes(linear):
    test = stress_test(linear.model, response, RADII, num_directions=9)
    decoded = test.codes @ linear.decode + linear.decode_bias
    np.testing.assert_allclose(test.decoded, decoded, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        test.responses, decoded @ READ_OUT, rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("latent_dim", [1, 3, 20])
def test_mass_beyond_by_monte_carlo(latent_dim, draws=40_000):
    model = keras.Sequential([keras.Input((latent_dim,))])
    model.latent_dim = latent_dim
    model.decode = lambda z, batch_size: z
    model.compute_decode = lambda z: z
    radii = np.sqrt(latent_dim) * np.array([0.5, 1.0, 1.5])
    test = stress_test(model, lambda x: x[:, 0], radii, num_directions=2)
    z = np.random.default_rng(2).normal(size=(draws, latent_dim))
    share = np.mean(np.linalg.norm(z, axis=1)[:, None] > radii, axis=0)
    error = np.sqrt(share * (1 - share) / draws)
    assert np.all(abs(test.mass_beyond - share) < 4 * error + 1e-4)


def test_given_mean_and_covariance(linear):
    rng = np.random.default_rng(3)
    root = rng.normal(size=(3, 3))
    covariance, mean = root @ root.T + 0.1 * np.eye(3), rng.normal(size=3)
    test = stress_test(
        linear.model,
        response,
        RADII,
        num_directions=3000,
        mean=mean,
        covariance=covariance,
    )
    away = test.codes - mean
    squares = np.einsum("smi,ij,smj->sm", away, np.linalg.inv(covariance), away)
    np.testing.assert_allclose(
        squares, np.square(RADII)[:, None].repeat(3000, 1), rtol=1e-3, atol=1e-6
    )
    # Uniform there, not only somewhere there.
    for radius, shell in zip(RADII, away, strict=True):
        np.testing.assert_allclose(
            shell.T @ shell / 3000,
            radius**2 * covariance / 3,
            atol=0.08 * radius**2 * covariance.max() + 1e-6,
        )


def test_distances(linear):
    """Squared distance to one far point is known on average over a shell."""
    point = np.full(5, 300.0)
    reference = np.stack([point, point + 1000])
    test = stress_test(
        linear.model, response, RADII, num_directions=4000, reference=reference
    )
    squares = np.mean(np.square(test.distances, dtype="float64"), axis=1)
    expected = (
        np.sum((linear.decode_bias - point) ** 2)
        + np.square(RADII) * np.sum(linear.decode**2) / 3
    )
    np.testing.assert_allclose(squares, expected, rtol=1e-3)
    # Without held-out data, the two reference data are compared.
    np.testing.assert_allclose(
        test.held_out_distances, np.full(2, 1000 * np.sqrt(5)), rtol=1e-5
    )


def test_where_the_decoder_leaves_the_data(linear):
    rng = np.random.default_rng(4)

    def draw(n):
        return rng.normal(size=(n, 3)) @ linear.decode + linear.decode_bias

    reference, held_out = draw(500), draw(100)
    test = stress_test(
        linear.model,
        response,
        (0.5, 20.0),
        reference=reference,
        held_out=held_out,
    )
    assert test.held_out_distances.shape == (100,)
    apart = np.linalg.norm(held_out[:, None] - reference, axis=2).min(axis=1)
    np.testing.assert_allclose(test.held_out_distances, apart, rtol=1e-4)
    assert test.share_outside[0] < 0.05 and test.share_outside[1] > 0.95
    usual = np.quantile(apart, 0.95)
    np.testing.assert_allclose(
        test.share_outside, (test.distances > usual).mean(axis=1), atol=0.006
    )


def test_confidence_and_entropy(linear):
    weights = np.random.default_rng(5).normal(size=(5, 4)).astype("float32")

    def classifier(x):
        return ops.softmax(30 * ops.matmul(x, weights))

    test = stress_test(
        linear.model,
        classifier,
        RADII,
        num_directions=20,
        classifier=classifier,
    )
    assert test.responses.shape == (4, 20, 4)
    assert test.response_mean.shape == test.response_std.shape == (4, 4)
    logits = 30 * test.decoded.astype("float64") @ weights
    exact = softmax(logits, axis=-1)
    np.testing.assert_allclose(test.confidence, exact.max(-1), atol=2e-3)
    np.testing.assert_allclose(test.entropy, entropy(exact, axis=-1), atol=5e-3)
    assert np.isfinite(test.entropy).all()


def test_same_seed_same_directions(linear):
    first, second, other = (
        stress_test(linear.model, response, (0, 1, 2), seed=seed).codes
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
    np.testing.assert_allclose(first[2], 2 * first[1], rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"radii": [1, 0.5]}, "ascending"),
        ({"radii": [-1, 0.5]}, ">= 0"),
        ({"radii": []}, "`radii`"),
        ({"radii": [1, np.nan]}, "finite"),
        ({"num_directions": 1}, "num_directions"),
        ({"seed": -1}, "seed"),
        ({"mean": np.zeros(2)}, r"`mean` with shape \(3,\)"),
        ({"covariance": np.eye(2)}, r"`covariance` with shape \(3, 3\)"),
        ({"covariance": np.ones((3, 3))}, "positive definite"),
        ({"covariance": np.triu(np.ones((3, 3)))}, "symmetric"),
        ({"held_out": np.zeros((4, 5))}, "`reference`"),
        ({"reference": np.zeros((4, 6))}, "`reference` with shape"),
        ({"classifier": response}, "probabilities"),
        ({"classifier": lambda x: x}, "sum to 1"),
    ],
)
def test_bad_arguments(linear, arguments, match):
    with pytest.raises(ValueError, match=match):
        stress_test(linear.model, response, **arguments)
