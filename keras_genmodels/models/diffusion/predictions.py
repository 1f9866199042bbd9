"""What a network of a diffusion model may predict, and why it is all the same.

At x_t = alpha x + sigma eps, whoever knows one of x, eps and the velocity

    u = d x_t / dt = alpha' x + sigma' eps

knows the other two: they are two linear equations. So the choice changes which
errors a squared loss weighs how much, not what is learned.

References: noise: Ho et al., 2020, eq. 14; data and the equations between them:
Salimans & Ho, 2022, https://arxiv.org/abs/2202.00512, appendix D; velocity:
Lipman et al., 2023, https://arxiv.org/abs/2210.02747, eq. 5.
"""

from keras import ops

from keras_genmodels.layers.noise_path import column

PREDICTIONS = ("noise", "data", "velocity")

# Least alpha or sigma that is divided by: at the ends of a path one of them is
# 0, and what it multiplies cannot be told from x_t.
LEAST = 1e-3


def prediction_target(prediction, x, noise, t, path):
    """What the network should say at x_t, a tensor like `x`.

    Args:
        prediction: `"noise"`, `"data"` or `"velocity"`.
        x: Tensor `(batch, *data_shape)`.
        noise: Tensor like `x`.
        t: Tensor `(batch,)`.
        path: `layers.NoisePath`.
    """
    if prediction == "noise":
        return noise
    if prediction == "data":
        return x
    alpha_slope, sigma_slope = (column(c, x) for c in path.derivatives(t))
    return alpha_slope * x + sigma_slope * noise


def data_and_noise(prediction, output, x_t, t, path):
    """The data and the noise that a network's output stands for.

    Args:
        prediction: `"noise"`, `"data"` or `"velocity"`.
        output: Tensor like `x_t`, what the network says.
        x_t: Tensor `(batch, *data_shape)`.
        t: Tensor `(batch,)`.
        path: `layers.NoisePath`.

    Returns:
        Two tensors like `x_t`, with alpha x + sigma eps = x_t wherever neither
        alpha nor sigma is less than 0.001.
    """
    alpha, sigma = (column(c, x_t) for c in path.coefficients(t))
    if prediction == "noise":
        return (x_t - sigma * output) / ops.maximum(alpha, LEAST), output
    if prediction == "data":
        return output, (x_t - alpha * output) / ops.maximum(sigma, LEAST)
    alpha_slope, sigma_slope = (column(c, x_t) for c in path.derivatives(t))
    determinant = alpha * sigma_slope - sigma * alpha_slope
    return (
        (sigma_slope * x_t - sigma * output) / determinant,
        (alpha * output - alpha_slope * x_t) / determinant,
    )


def noise_error_share(prediction, t, path):
    """Squared error of the noise, given that of the output is 1: `(batch,)`.

    An error of the output means one of the noise that is as many times larger,
    squared, whatever the example.
    """
    alpha, sigma = path.coefficients(t)
    if prediction == "noise":
        return ops.ones_like(t)
    if prediction == "data":
        return ops.square(alpha / ops.maximum(sigma, LEAST))
    alpha_slope, sigma_slope = path.derivatives(t)
    return ops.square(alpha / (alpha * sigma_slope - sigma * alpha_slope))
