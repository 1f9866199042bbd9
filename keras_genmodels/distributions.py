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
    standardized = (x - mean) * ops.exp(-log_scale)
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
