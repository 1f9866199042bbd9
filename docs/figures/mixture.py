"""Mixtures of Gaussians with noise: what the best network would predict.

The path is the straight one, x_t = (1 - t) x + t eps, with data at t = 0.
"""

import numpy as np


class Mixture:
    """A mixture of round Gaussians.

    Args:
        means: Array `(k, d)`.
        scale: Float, standard deviation of each; 0 for points.
        weights: Optional array `(k,)`. Equal by default.
    """

    def __init__(self, means, scale, weights=None):
        self.means = np.asarray(means, float)
        self.scale = scale
        weights = np.ones(len(means)) if weights is None else np.array(weights)
        self.weights = weights / weights.sum()

    def draw(self, num_samples, seed=0):
        rng = np.random.default_rng(seed)
        k = rng.choice(len(self.means), num_samples, p=self.weights)
        shape = (num_samples, self.means.shape[1])
        return self.means[k] + self.scale * rng.standard_normal(shape)

    def terms(self, x, t):
        """Distances `(n, k, d)` from the means at t, and log joint `(n, k)`."""
        gap = x[:, None] - (1 - t) * self.means
        variance = (1 - t) ** 2 * self.scale**2 + t**2
        log_joint = np.log(self.weights) - 0.5 * np.sum(gap**2, -1) / variance
        return gap, log_joint - 0.5 * x.shape[1] * np.log(2 * np.pi * variance)

    def log_prob(self, x, t=0.0):
        """Log density of x_t, `(n,)`."""
        return np.logaddexp.reduce(self.terms(x, t)[1], axis=1)

    def posterior(self, x, t):
        """How likely each component is behind x_t, `(n, k)`."""
        log_joint = self.terms(x, t)[1]
        return np.exp(log_joint - self.log_prob(x, t)[:, None])

    def velocity(self, x, t):
        """E[eps - x | x_t], `(n, d)`."""
        gap = self.terms(x, t)[0]
        variance = (1 - t) ** 2 * self.scale**2 + t**2
        share = (t - (1 - t) * self.scale**2) / variance
        of_each = share * gap - self.means
        return np.sum(self.posterior(x, t)[..., None] * of_each, axis=1)

    def data(self, x, t):
        """E[x | x_t], `(n, d)`."""
        return x - t * self.velocity(x, t)


def follow(velocity, x, times, substeps=8):
    """Where points `(n, d)` are at `times`: the exact curves, for the eye.

    By the classical Runge-Kutta method. Returns `(len(times), n, d)`.
    """
    path = [x]
    for start, end in zip(times[:-1], times[1:], strict=True):
        grid = np.linspace(start, end, substeps + 1)
        for t, s in zip(grid[:-1], grid[1:], strict=True):
            h, mid = s - t, (t + s) / 2
            k1 = velocity(x, t)
            k2 = velocity(x + h / 2 * k1, mid)
            k3 = velocity(x + h / 2 * k2, mid)
            k4 = velocity(x + h * k3, s)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(x)
    return np.array(path)


def ring(count, radius):
    """Means on a circle, `(count, 2)`: `datasets.eight_gaussians` has eight."""
    angle = 2 * np.pi * np.arange(count) / count
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
