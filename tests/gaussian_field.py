"""The best answer that a network can give where the data are Gaussian."""

import keras
import numpy as np
from keras import ops

from keras_genmodels import layers
from keras_genmodels.layers.noise_path import column

PATHS = {
    "straight": layers.StraightPath,
    "cosine": layers.CosinePath,
    "linear_beta": layers.LinearBetaPath,
    "learned": layers.LearnedPath,
}


@keras.saving.register_keras_serializable("tests")
class GaussianField(keras.layers.Layer):
    """E[noise | x_t], E[data | x_t] or E[velocity | x_t] of N(mean, scale^2).

    Args:
        prediction: `"noise"`, `"data"` or `"velocity"`.
        path: `layers.NoisePath`.
        mean: Float.
        scale: Float > 0.
    """

    def __init__(self, prediction, path, mean, scale, **kwargs):
        super().__init__(**kwargs)
        self.prediction, self.noise_path = prediction, path
        self.mean, self.scale = mean, scale

    def call(self, inputs):
        x, t = inputs[:2]
        alpha, sigma = (column(c, x) for c in self.noise_path.coefficients(t))
        gap = x - alpha * self.mean
        variance = ops.square(alpha * self.scale) + ops.square(sigma)
        data = self.mean + alpha * self.scale**2 * gap / variance
        noise = sigma * gap / variance
        if self.prediction == "data":
            return data
        if self.prediction == "noise":
            return noise
        alpha, sigma = (column(c, x) for c in self.noise_path.derivatives(t))
        return alpha * data + sigma * noise


def gaussian_network(prediction, path, data_shape, mean=0.5, scale=0.7):
    """That field as a network without weights."""
    x = keras.Input(data_shape)
    t = keras.Input(())
    field = GaussianField(prediction, path, mean, scale)
    return keras.Model([x, t], field([x, t]))


def gaussian_log_prob(x, mean=0.5, scale=0.7):
    """log N(x; mean, scale^2), `(n,)`, in float64."""
    z = (np.asarray(x, "float64") - mean) / scale
    terms = -0.5 * z**2 - np.log(scale) - 0.5 * np.log(2 * np.pi)
    return terms.reshape(len(x), -1).sum(axis=1)


@keras.saving.register_keras_serializable("tests")
class CorrelatedField(keras.layers.Layer):
    """E[data | x_t] of N(0, covariance)."""

    def __init__(self, path, covariance, **kwargs):
        super().__init__(**kwargs)
        self.noise_path = path
        self.values, self.vectors = np.linalg.eigh(covariance)

    def call(self, inputs):
        x, t = inputs
        alpha, sigma = (column(c, x) for c in self.noise_path.coefficients(t))
        values = ops.convert_to_tensor(self.values, dtype=x.dtype)
        vectors = ops.convert_to_tensor(self.vectors, dtype=x.dtype)
        share = alpha * values / (ops.square(alpha) * values + sigma**2)
        return ops.matmul(
            share * ops.matmul(x, vectors), ops.transpose(vectors)
        )


def correlated_network(path, covariance):
    """That field as a network without weights."""
    x, t = keras.Input((len(covariance),)), keras.Input(())
    return keras.Model([x, t], CorrelatedField(path, covariance)([x, t]))


def average_velocity_network(scale, dim=3):
    """Of the straight path from N(0, scale^2): times `(batch, 2)`.

    The flow carries x_t to x_t g(s) / g(t), g being the standard deviation.
    """
    x, times = keras.Input((dim,)), keras.Input((2,))
    t, gap = times[:, :1], times[:, 1:]
    s = t - gap

    def variance(t):
        return ops.square((1 - t) * scale) + ops.square(t)

    # g(t) - g(s), without a difference of numbers that are nearly the same.
    slope = scale**2 * (t + s - 2) + t + s
    total = ops.sqrt(variance(t)) + ops.sqrt(variance(s))
    return keras.Model([x, times], x * slope / total / ops.sqrt(variance(t)))


def straight_line_network(point, dim=3):
    """Of the straight path from data that are all one point."""
    x, times = keras.Input((dim,)), keras.Input((2,))
    return keras.Model([x, times], (x - point) / times[:, :1])
