"""How much the error at each time counts.

A weighting is a function of `(prediction, t, path)` that returns, for each time
`(batch,)`, the weight of the squared error of the network's output. All losses
of diffusion models are the integral of the squared error of the noise, weighed
by some w(log SNR); only `elbo` is a bound of the likelihood.

Reference: Kingma & Gao, 2023, https://arxiv.org/abs/2303.00848, section 3.
"""

from keras import ops

from keras_genmodels.models.diffusion.predictions import LEAST
from keras_genmodels.models.diffusion.predictions import noise_error_share


def simple(prediction, t, path):
    """All times alike: Ho et al., 2020, eq. 14; Lipman et al., 2023, eq. 9."""
    return ops.ones_like(t)


def elbo(prediction, t, path):
    """The bound: -1/2 d log SNR / dt for the noise; (1 - t) / t for the
    velocity on a straight path. Kingma et al., 2021, eq. 18.
    """
    alpha, sigma = path.coefficients(t)
    alpha_slope, sigma_slope = path.derivatives(t)
    determinant = alpha * sigma_slope - sigma * alpha_slope
    if prediction == "velocity":
        return alpha / (ops.maximum(sigma, LEAST) * determinant)
    half_slope = determinant / (
        ops.maximum(alpha, LEAST) * ops.maximum(sigma, LEAST)
    )
    return half_slope * noise_error_share(prediction, t, path)


def sigmoid(prediction, t, path, bias=2.0):
    """The bound with less weight on little noise, which the eye does not see.

    Times sigmoid(bias - log SNR): Hoogeboom et al., 2024,
    https://arxiv.org/abs/2410.19324, section 3.1.
    """
    alpha, sigma = path.coefficients(t)
    least = LEAST**2
    log_snr = ops.log(ops.maximum(ops.square(alpha), least)) - ops.log(
        ops.maximum(ops.square(sigma), least)
    )
    return elbo(prediction, t, path) * ops.sigmoid(bias - log_snr)


def min_snr(prediction, t, path, most=5.0):
    """min(SNR, 5) for the error of the data: Hang et al., 2023,
    https://arxiv.org/abs/2303.09556, eq. 8.
    """
    alpha, sigma = path.coefficients(t)
    snr = ops.square(alpha / ops.maximum(sigma, LEAST))
    of_noise = ops.minimum(1.0, most / ops.maximum(snr, LEAST**2))
    return of_noise * noise_error_share(prediction, t, path)


WEIGHTINGS = {
    "simple": simple,
    "elbo": elbo,
    "sigmoid": sigmoid,
    "min_snr": min_snr,
}
