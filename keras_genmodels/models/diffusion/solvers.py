"""Single steps from a time t to an earlier time s: pure functions.

`now` and `later` are the coefficients `(alpha, sigma)` at t and at s, shaped to
be multiplied with x; data and noise are what the network predicts at x_t.
"""

from keras import ops


def ddim_step(x, data, noise, now, later, eta=0.0, fresh=None):
    """Towards the predicted data, with old noise or with fresh noise.

    With eta = 0 a step along the path through the predictions, which is Euler's
    method in alpha and sigma: Song et al., 2021,
    https://arxiv.org/abs/2010.02502, eq. 12. With eta = 1 a draw from the
    posterior q(x_s | x_t, x), the ancestral step of Ho et al., 2020, algorithm
    2 and eq. 7.

    Args:
        x: Tensor, x_t.
        data: Tensor like `x`.
        noise: Tensor like `x`.
        now: `(alpha_t, sigma_t)`.
        later: `(alpha_s, sigma_s)`.
        eta: Float in [0, 1], how much of the noise is drawn anew.
        fresh: Tensor like `x`, standard normal, if `eta` is above 0.

    Returns:
        Tensor like `x`, x_s.
    """
    (alpha_t, sigma_t), (alpha_s, sigma_s) = now, later
    if eta == 0:
        return x + (alpha_s - alpha_t) * data + (sigma_s - sigma_t) * noise
    # Of q(x_s | x_t, x): sigma_s^2 (1 - SNR_t / SNR_s).
    ratio = alpha_t * sigma_s / (alpha_s * sigma_t)
    drawn = eta * sigma_s * ops.sqrt(ops.maximum(1.0 - ops.square(ratio), 0.0))
    kept = ops.sqrt(ops.maximum(ops.square(sigma_s) - ops.square(drawn), 0.0))
    return alpha_s * data + kept * noise + drawn * fresh


def dpm_step(x, data, data_before, now, later, ratio):
    """DPM-Solver++(2M): exact for data predictions linear in log SNR.

    Lu et al., 2022, https://arxiv.org/abs/2211.01095, algorithm 2.

    Args:
        x: Tensor, x_t.
        data: Tensor like `x`, predicted at t.
        data_before: Tensor like `x`, predicted in the step before.
        now: `(alpha_t, sigma_t)`.
        later: `(alpha_s, sigma_s)`.
        ratio: Tensor `()`: the length of this step in log SNR over that of the
            step before; 0 makes the step one of first order, `ddim_step`.

    Returns:
        Tensor like `x`, x_s.
    """
    (alpha_t, sigma_t), (alpha_s, sigma_s) = now, later
    # e^-h, h being the step in log(alpha / sigma).
    shrunk = alpha_t * sigma_s / (alpha_s * sigma_t)
    extrapolated = data + 0.5 * ratio * (data - data_before)
    return sigma_s / sigma_t * x + alpha_s * (1.0 - shrunk) * extrapolated
