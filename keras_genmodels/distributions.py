"""Log densities and divergences: pure functions of tensors, in nats.

Each function sums over all axes but the first, so that it returns one value
per example, shape `(batch,)`.
"""

import math

from keras import ops


def sum_per_example(x):
    """Sum a tensor `(batch, ...)` over all axes but the first: `(batch,)`."""
    return ops.sum(x, axis=tuple(range(1, len(x.shape))))


def normal_log_prob(x, mean=0.0, log_scale=0.0):
    """Log density of independent normal variables.

    Args:
        x: Float tensor `(batch, ...)`.
        mean: Float or tensor that broadcasts to `x`.
        log_scale: Float or tensor that broadcasts to `x`: the logarithm of the
            standard deviation.

    Returns:
        Tensor `(batch,)`, nats: the sum over the entries of
        `-log(2 pi)/2 - log_scale - ((x - mean) / exp(log_scale))**2 / 2`.
    """
    # Of a Python number, `ops.exp` is float32, whatever `x` is.
    exp = math.exp if isinstance(log_scale, float) else ops.exp
    standardized = (x - mean) * exp(-log_scale)
    return sum_per_example(
        -0.5 * math.log(2.0 * math.pi)
        - log_scale
        - 0.5 * ops.square(standardized)
    )


def reparametrised_normal(mean, log_var, noise):
    """A draw from independent normals, as a differentiable function of them.

    Kingma & Welling, [2014](https://arxiv.org/abs/1312.6114), section 2.4.

    Args:
        mean: Tensor `(batch, ...)`.
        log_var: Tensor like `mean`, logarithms of variances.
        noise: Tensor like `mean`, a standard normal draw.

    Returns:
        Tensor like `mean`.
    """
    return mean + ops.exp(0.5 * log_var) * noise


def bernoulli_log_prob(x, logits):
    """Log probability of independent binary variables.

    For `x` between 0 and 1 this is the expected log probability of a binary
    image whose pixels are on with probability `x`: a cross-entropy, not a
    density of grey levels.

    Args:
        x: Float tensor `(batch, ...)` in [0, 1].
        logits: Tensor like `x`: log odds of a one.

    Returns:
        Tensor `(batch,)`, nats, at most 0.
    """
    # x log p + (1 - x) log(1 - p), with p = sigmoid(logits).
    return sum_per_example(x * logits - ops.softplus(logits))


def normal_mixture_log_joint(x, log_weights, means, log_vars):
    """Log joint density of a vector and a component of a mixture of normals.

    Args:
        x: Tensor `(batch, d)`.
        log_weights: Tensor `(k,)`, logarithms of the components' weights.
        means: Tensor `(k, d)`.
        log_vars: Tensor `(k, d)`, logarithms of variances.

    Returns:
        Tensor `(batch, k)`, nats: `log w_k + log N(x; mean_k, var_k)`. Its
        `logsumexp` over k is the mixture's log density.
    """
    squares = ops.square(x[:, None] - means) * ops.exp(-log_vars)
    normals = -0.5 * ops.sum(
        math.log(2.0 * math.pi) + log_vars + squares, axis=-1
    )
    return log_weights + normals


def normal_kl(mean, log_var):
    """KL divergence from independent normals to the standard normal.

    Kingma & Welling, [2014](https://arxiv.org/abs/1312.6114), appendix B.

    Args:
        mean: Tensor `(batch, ...)`.
        log_var: Tensor like `mean`, logarithms of variances.

    Returns:
        Tensor `(batch,)`, nats, at least 0: `KL(N(mean, var) || N(0, 1))`.
    """
    return 0.5 * sum_per_example(
        ops.square(mean) + ops.expm1(log_var) - log_var
    )


def log_mean_exp(x, axis):
    """`log(mean(exp(x)))` along an axis, without overflow.

    Args:
        x: Float tensor.
        axis: Int, the axis to average over.

    Returns:
        Tensor with the rank of `x` less one.
    """
    return ops.logsumexp(x, axis=axis) - math.log(x.shape[axis])


def covariance_cholesky(covariance):
    """Cholesky factor of a covariance that may be singular.

    Each variance is first raised by `(d + 2) (1 + d / 100)` units of rounding
    of float32: by a part in two million for `d = 2`, in 100,000 for `d = 50`,
    in 1,200 for `d = 784`. Rounding may have taken as much away, and then the
    factor would not exist.

    Args:
        covariance: Tensor `(..., d, d)`, symmetric, without negative
            eigenvalues.

    Returns:
        Tensor `(..., d, d)`, lower triangular.
    """
    dim = covariance.shape[-1]
    variance = ops.diagonal(covariance, axis1=-2, axis2=-1)
    # The constant serves variables that never vary.
    ridge = (dim + 2) * (1 + dim / 100) * 2.0**-23 * variance + 1e-30
    identity = ops.eye(dim, dtype=covariance.dtype)
    return ops.cholesky(covariance + ridge[..., None] * identity)


def multivariate_normal_log_prob(x, mean, cholesky):
    """Log density of normal vectors with a full covariance matrix.

    Bishop, Pattern Recognition and Machine Learning, 2006, eq. 2.43. With the
    Cholesky factor L of the covariance, the quadratic form is the squared
    length of `u = L^-1 (x - mean)`, and the determinant of L the product of
    its diagonal.

    Args:
        x: Tensor `(..., batch, d)`.
        mean: Tensor `(..., d)`, one for each batch.
        cholesky: Tensor `(..., d, d)`, lower triangular.

    Returns:
        Tensor `(..., batch)`, nats.
    """
    # Solving for the identity and multiplying is many times as fast as solving
    # for every row.
    identity = ops.eye(x.shape[-1], dtype=cholesky.dtype)
    inverse = ops.solve_triangular(
        cholesky, ops.broadcast_to(identity, cholesky.shape), lower=True
    )
    u = ops.matmul(x - mean[..., None, :], ops.swapaxes(inverse, -2, -1))
    log_scales = ops.log(ops.diagonal(cholesky, axis1=-2, axis2=-1))
    log_normaliser = (
        ops.sum(log_scales, axis=-1, keepdims=True)
        + 0.5 * math.log(2.0 * math.pi) * x.shape[-1]
    )
    return -0.5 * ops.sum(ops.square(u), axis=-1) - log_normaliser


def gaussian_kl(mean_p, covariance_p, mean_q, covariance_q):
    """KL divergence between two normal distributions of vectors.

    Args:
        mean_p: Tensor `(..., d)`.
        covariance_p: Tensor `(..., d, d)`, positive definite.
        mean_q: Tensor `(..., d)`.
        covariance_q: Tensor `(..., d, d)`, positive definite.

    Returns:
        Tensor `(...)`, nats, at least 0 but for rounding: `KL(p || q)`.
    """
    cholesky_p = covariance_cholesky(covariance_p)
    cholesky_q = covariance_cholesky(covariance_q)

    def whitened(columns):
        return ops.solve_triangular(cholesky_q, columns, lower=True)

    def log_scales(cholesky):
        return ops.log(ops.diagonal(cholesky, axis1=-2, axis2=-1))

    # In coordinates in which q is standard normal.
    spread = ops.sum(ops.square(whitened(cholesky_p)), axis=(-2, -1))
    shift = whitened((mean_p - mean_q)[..., None])
    distance = ops.sum(ops.square(shift), axis=(-2, -1))
    log_ratio = ops.sum(log_scales(cholesky_q) - log_scales(cholesky_p), -1)
    return 0.5 * (spread + distance - mean_p.shape[-1]) + log_ratio


def condition_gaussian(covariance, known, unknown):
    """How part of a normal vector depends on the rest of it.

    Bishop, Pattern Recognition and Machine Learning, 2006, eq. 2.81 and 2.82.

    Args:
        covariance: Tensor `(d, d)`, positive definite.
        known: Sequence of k ints, the indices of the values that are given.
        unknown: Sequence of the other m indices.

    Returns:
        `(weights, covariance)`: tensors `(m, k)` and `(m, m)`. Given the known
        values `v`, the others are normal with this covariance, the same for
        all `v`, and the mean `mean[unknown] + weights @ (v - mean[known])`.
    """

    def block(rows, columns):
        return ops.take(ops.take(covariance, rows, axis=0), columns, axis=1)

    if not len(known):
        empty = ops.zeros((len(unknown), 0), dtype=covariance.dtype)
        return empty, block(unknown, unknown)
    cholesky = covariance_cholesky(block(known, known))
    # L^-1 times the covariance of known with unknown, needed twice.
    half = ops.solve_triangular(cholesky, block(known, unknown), lower=True)
    weights = ops.transpose(
        ops.solve_triangular(ops.transpose(cholesky), half, lower=False)
    )
    explained = ops.matmul(ops.transpose(half), half)
    return weights, block(unknown, unknown) - explained
