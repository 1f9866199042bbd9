"""Interpolation, traversals and arithmetic, against geometry."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scipy.spatial.transform import Slerp

import keras_genmodels as kgm
from keras_genmodels.explore import arithmetic
from keras_genmodels.explore import attribute_vector
from keras_genmodels.explore import interpolate
from keras_genmodels.explore import traverse
from keras_genmodels.explore.interpolate import slerp

RNG = np.random.default_rng(0)
TIMES = np.linspace(0, 1, 9)


def encoded(linear, x):
    return x @ linear.encode + linear.encode_bias


def decoded(linear, z):
    return z @ linear.decode + linear.decode_bias


def test_linear_interpolation_is_the_models_own(linear, make_data):
    a, b = make_data(2, seed=1), make_data(2, seed=2)
    path = interpolate(linear.model, a, b, 5)
    assert path.shape == (2, 5, 5)
    expected = linear.model.interpolate(a, b, 5)
    np.testing.assert_allclose(path, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        interpolate(linear.model, a[0], b[0], 5), path[0], atol=1e-5
    )


@pytest.mark.parametrize("method", ["linear", "spherical"])
def test_interpolation_between_codes_is_that_between_their_data(vae, method):
    a, b = RNG.uniform(size=(2, 2, 4, 3, 1)).astype("float32")
    expected = interpolate(vae, a, b, 5, method=method)
    z_a, z_b = vae.encode(a), vae.encode(b)
    path = interpolate(vae, z_a=z_a, z_b=z_b, num_steps=5, method=method)
    np.testing.assert_allclose(path, expected, atol=1e-5)
    single = interpolate(vae, None, None, 5, z_a=z_a[0], z_b=z_b[0])
    straight = interpolate(vae, a[0], b[0], 5)
    np.testing.assert_allclose(single, straight, atol=1e-5)


def test_a_gan_interpolates_between_latents():
    """It has no encoder."""
    gan = kgm.GAN.from_shape((3,), latent_dim=2, hidden_units=(4,), seed=0)
    z_a, z_b = np.array([3.0, 0]), np.array([0.0, 3])
    path = interpolate(gan, z_a=z_a, z_b=z_b, num_steps=3, method="spherical")
    middle = np.full((1, 2), 3 * 0.5**0.5)
    np.testing.assert_allclose(path[1:2], gan.decode(middle), atol=1e-5)


def test_spherical_interpolation_begins_and_ends_at_the_data(vae):
    a, b = RNG.uniform(size=(2, 3, 4, 3, 1)).astype("float32")
    path = interpolate(vae, a, b, 6, method="spherical")
    assert path.shape == (3, 6, 4, 3, 1)
    np.testing.assert_allclose(path[:, 0], vae.reconstruct(a), atol=1e-5)
    np.testing.assert_allclose(path[:, -1], vae.reconstruct(b), atol=1e-5)
    straight = interpolate(vae, a, b, 6)
    assert not np.allclose(path[:, 2], straight[:, 2], atol=1e-4)


def test_slerp_is_scipys_on_quaternions():
    a, b = RNG.normal(size=(2, 4))
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    if a @ b < 0:  # SciPy takes the shorter way, as -b is the same rotation
        b = -b
    expected = Slerp([0, 1], Rotation.from_quat([a, b]))(TIMES).as_quat()
    path = slerp([a], [b], TIMES)[0]
    signs = np.sign(np.sum(path * expected, axis=1, keepdims=True))
    np.testing.assert_allclose(path, signs * expected, atol=1e-12)


def angles(path):
    units = path / np.linalg.norm(path, axis=1, keepdims=True)
    cosines = np.sum(units[1:] * units[:-1], axis=1)
    return np.arccos(np.clip(cosines, -1, 1))


@pytest.mark.parametrize("dim", [2, 3, 40])
def test_slerp_turns_evenly_and_keeps_the_length(dim):
    a, b = RNG.normal(size=(2, 6, dim))
    for path, start, end in zip(slerp(a, b, TIMES), a, b, strict=True):
        np.testing.assert_allclose(path[[0, -1]], [start, end], atol=1e-12)
        turns = angles(path)
        np.testing.assert_allclose(turns, turns.mean(), rtol=1e-6)
        lengths = np.linalg.norm(path, axis=1)
        ends = np.linalg.norm(start), np.linalg.norm(end)
        np.testing.assert_allclose(lengths, np.linspace(*ends, len(TIMES)))


@pytest.mark.parametrize("dim", [2, 5])
@pytest.mark.parametrize("nudge", [0, 1e-9, 1e-5])
def test_slerp_between_opposite_vectors(dim, nudge):
    a = RNG.normal(size=dim)
    b = -2 * a + nudge * np.linalg.norm(a) * np.eye(dim)[0]
    path = slerp([a], [b], TIMES)[0]
    assert np.isfinite(path).all()
    np.testing.assert_allclose(path[[0, -1]], [a, b], atol=1e-6)
    np.testing.assert_allclose(angles(path), np.pi / 8, atol=1e-5)
    on_axis = slerp([np.eye(dim)[0]], [-np.eye(dim)[0]], TIMES)[0]
    np.testing.assert_allclose(angles(on_axis), np.pi / 8, atol=1e-5)


def test_slerp_of_degenerate_vectors():
    a = np.array([1.0, 2.0, -1.0])
    straight = TIMES[:, None] * a
    np.testing.assert_allclose(slerp([a], [a], TIMES)[0], np.tile(a, (9, 1)))
    np.testing.assert_allclose(
        slerp([a], [3 * a], TIMES)[0], a + 2 * straight, atol=1e-12
    )
    np.testing.assert_allclose(slerp([0 * a], [a], TIMES)[0], straight)
    np.testing.assert_array_equal(slerp([0 * a], [0 * a], TIMES)[0], 0)
    line = slerp([[-1.0]], [[3.0]], TIMES)[0, :, 0]
    np.testing.assert_allclose(line, np.linspace(-1, 3, 9))


def test_traversal_from_data(linear, make_data):
    x = make_data(2)
    values = [-1.5, 0.0, 4.0]
    result = traverse(linear.model, x, dimensions=[2, 0], values=values)
    assert result.shape == (2, 2, 3, 5)
    for i, code in enumerate(encoded(linear, x)):
        for j, dimension in enumerate([2, 0]):
            for k, value in enumerate(values):
                moved = code.copy()
                moved[dimension] = value
                np.testing.assert_allclose(
                    result[i, j, k],
                    decoded(linear, moved),
                    rtol=1e-4,
                    atol=1e-4,
                )
    added = traverse(
        linear.model, x[0], dimensions=[1], values=values, relative=True
    )
    np.testing.assert_allclose(
        added[0] - added[0, 1],
        np.outer(values, linear.decode[1]),
        rtol=1e-4,
        atol=1e-4,
    )
    np.testing.assert_allclose(
        added[0, 1], decoded(linear, encoded(linear, x[0])), atol=1e-4
    )


@pytest.mark.exact
def test_traversal_from_codes_and_from_the_origin(linear):
    z = RNG.normal(size=3)
    one = traverse(linear.model, z=z, values=[1, 2])
    assert one.shape == (3, 2, 5)
    np.testing.assert_array_equal(
        one, traverse(linear.model, z=z[None], values=[1, 2])[0]
    )
    origin = traverse(linear.model, values=[1, 2])
    np.testing.assert_allclose(
        origin[:, 0], linear.decode + linear.decode_bias, atol=1e-5
    )


def test_arithmetic(linear, make_data):
    men, women, x = (make_data(n, seed=n) for n in (6, 4, 3))
    vector = attribute_vector(linear.model, men, women)
    expected = (men.mean(axis=0) - women.mean(axis=0)) @ linear.encode
    np.testing.assert_allclose(vector, expected, rtol=1e-4, atol=1e-5)
    result = arithmetic(linear.model, x, vector, [-1, 0, 2.5])
    assert result.shape == (3, 3, 5)
    for i, strength in enumerate([-1, 0, 2.5]):
        codes = encoded(linear, x) + strength * expected
        np.testing.assert_allclose(
            result[:, i], decoded(linear, codes), rtol=1e-3, atol=1e-3
        )
    np.testing.assert_allclose(
        arithmetic(linear.model, x[1], vector, [2.5])[0], result[1, 2], 1e-5
    )


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda m, x: interpolate(m, x, x[:1]), "one shape"),
        (lambda m, x: interpolate(m), r"\[\]"),
        (lambda m, x: interpolate(m, x, z_b=x), "'x_a', 'z_b'"),
        (lambda m, x: interpolate(m, x, x, z_a=x, z_b=x), "'x_b', 'z_a'"),
        (lambda m, x: interpolate(m, x, x, 1), "num_steps"),
        (lambda m, x: interpolate(m, x, x, method="cubic"), "'cubic'"),
        (lambda m, x: traverse(m, x, z=np.zeros((2, 3))), "both"),
        (lambda m, x: traverse(m, x, dimensions=[3]), r"\[0, 3\)"),
        (lambda m, x: traverse(m, x, dimensions=[-1]), r"\[0, 3\)"),
        (lambda m, x: traverse(m, x, dimensions=[0.5]), "whole"),
        (lambda m, x: traverse(m, x, dimensions=[]), "`dimensions`"),
        (lambda m, x: traverse(m, x, values=[]), "`values`"),
        (lambda m, x: traverse(m, x, values=[np.inf]), "finite"),
        (lambda m, x: arithmetic(m, x, np.zeros(2)), r"shape \(3,\)"),
        (lambda m, x: arithmetic(m, x, np.zeros(3), 1.0), "`strengths`"),
    ],
)
def test_bad_arguments(linear, make_data, call, match):
    with pytest.raises(ValueError, match=match):
        call(linear.model, make_data(2))
