"""Densities in the plane with exact samplers, all within about [-4, 4]^2.

Every function draws independent points; with the same seed it draws the same.
`z` below is a standard normal number, a new one wherever it appears.
"""

import numpy as np

from keras_genmodels._internal.arguments import check_count


def two_moons(num_samples, *, seed=None):
    """Two interleaved half circles of radius 2, with noise of scale 0.1.

    With equal probability one of the arcs `(2 cos t - 1, 2 sin t - 0.5)` and
    `(1 - 2 cos t, 0.5 - 2 sin t)`, `t` uniform on [0, pi], plus `0.1 z`.

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.
    """
    rng, n = _start(num_samples, seed)
    t = rng.uniform(0, np.pi, n)
    side = rng.choice([-1, 1], n)[:, np.newaxis]
    arc = _polar(2, t) - [1, 0.5]
    return _finish(side * arc + 0.1 * rng.standard_normal((n, 2)))


def eight_gaussians(num_samples, *, seed=None):
    """Eight equal Gaussians on a circle of radius 3, of scale 0.25.

    The means are `3 (cos t, sin t)` with `t` the multiples of pi/4:
    `p(x) = 1/8 sum_k Normal(x; mean_k, 0.25^2 I)`.

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.
    """
    rng, n = _start(num_samples, seed)
    means = _polar(3, rng.integers(8, size=n) * np.pi / 4)
    return _finish(means + 0.25 * rng.standard_normal((n, 2)))


def checkerboard(num_samples, *, seed=None):
    """Uniform on the eight dark squares of a 4 x 4 board over [-4, 4]^2.

    `p(x) = 1/32` where `floor(x_1 / 2) + floor(x_2 / 2)` is even, else 0.

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.
    """
    rng, n = _start(num_samples, seed)
    column = rng.integers(-2, 2, n)
    # Every second row: those of the column's parity.
    row = 2 * rng.integers(-1, 1, n) + column % 2
    square = np.stack([column, row], axis=1)
    # On a grid of 2^-22, the spacing of float32 numbers from 2 to 4, every sum
    # is exact: no point is rounded across an edge.
    within = rng.integers(2**23, size=(n, 2)) * 2.0**-22
    return _finish(2 * square + within)


def swiss_roll(num_samples, *, seed=None):
    """A spiral of one and a half turns, with noise of scale 0.1.

    `r (cos t, sin t) + 0.1 z` with `t` uniform on [1.5 pi, 4.5 pi] and
    `r = 3.5 t / (4.5 pi)`.

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.
    """
    rng, n = _start(num_samples, seed)
    t = rng.uniform(1.5 * np.pi, 4.5 * np.pi, n)
    spiral = _polar(3.5 * t / (4.5 * np.pi), t)
    return _finish(spiral + 0.1 * rng.standard_normal((n, 2)))


def pinwheel(num_samples, *, seed=None):
    """Five arms, each a stretched Gaussian bent by a rotation.

    A point `(a, b) = (2 + 0.6 z, 0.2 z)` of an arm along the first axis is
    turned by the angle `2 pi k / 5 + exp(a / 2 - 1) / 4`, `k` uniform on
    0, ..., 4: the further out, the more.

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.

    Reference:
        [Johnson et al., 2016](https://arxiv.org/abs/1603.06277), figure 1
    """
    rng, n = _start(num_samples, seed)
    a, b = [[2], [0]] + [[0.6], [0.2]] * rng.standard_normal((2, n))
    angle = 2 * np.pi * rng.integers(5, size=n) / 5 + np.exp(a / 2 - 1) / 4
    return _finish(_polar(a, angle) + _polar(b, angle + np.pi / 2))


def rings(num_samples, *, seed=None):
    """Three circles of radius 1, 2 and 3, equally likely, of scale 0.1.

    `r (cos t, sin t)` with `t` uniform and `r = k + 0.1 z`, so that
    `p(x) = 1/3 sum_k Normal(|x|; k, 0.1^2) / (2 pi |x|)` for k = 1, 2, 3 (`r`
    below 0, at ten standard deviations, never comes up).

    Args:
        num_samples: Int > 0.
        seed: Optional int. The same seed gives the same points.

    Returns:
        float32 array of shape `(num_samples, 2)`.

    Raises:
        ValueError: If `num_samples` is not a positive integer.
    """
    rng, n = _start(num_samples, seed)
    radius = rng.integers(1, 4, n) + 0.1 * rng.standard_normal(n)
    return _finish(_polar(radius, rng.uniform(0, 2 * np.pi, n)))


def _start(num_samples, seed):
    return np.random.default_rng(seed), check_count("num_samples", num_samples)


def _polar(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _finish(points):
    return points.astype("float32")
