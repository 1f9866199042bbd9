"""How likely data are: exactly along the flow, and a bound by the loss."""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.models.diffusion.sampling import DiffusionSampling
from keras_genmodels.training import input_gradient
from keras_genmodels.training import run_in_batches


class DiffusionLikelihood(DiffusionSampling):
    """The part of `DiffusionModel` that goes from data to noise.

    The velocity carries the data to noise and noise to data along the same
    lines, and the density changes as the lines draw together or apart:

        log p(x) = log N(x_1; 0, I) + int_0^1 div u(x_t, t) dt.

    Reference:
        [Chen et al., 2018](https://arxiv.org/abs/1806.07366), eq. 8; [Song et
        al., 2021](https://arxiv.org/abs/2011.13456), eq. 39.
    """

    # --- the model, of tensors --------------------------------------------

    def compute_encode(self, x, y=None, *, num_steps=32):
        """Where Heun's method carries data at t = 1: a tensor like `x`."""
        z, _ = self._carry(self.from_data(x), y, num_steps, None)
        return z

    def compute_log_prob(self, x, y=None, *, num_steps=32, probes=None):
        """log p(x) of the flow, `(batch,)`, nats.

        The divergence is the trace of a Jacobian J, estimated by v^T J v with a
        v of random signs for each example, the same at all times: Hutchinson's
        estimate. Of data of up to 8 values it is computed exactly.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: Int, of Heun's method.
            probes: Optional tensor like `x`, in place of random signs.
        """
        x = self.from_data(x)
        if probes is None and math.prod(self.data_shape) > 8:
            uniform = keras.random.uniform(
                ops.shape(x), dtype=x.dtype, seed=self.seed_generator
            )
            probes = ops.where(uniform < 0.5, -1.0, 1.0)
        z, change = self._carry(x, y, num_steps, probes, density=True)
        return normal_log_prob(z) + change + self.log_det

    def _carry(self, x, y, num_steps, probes, density=False):
        """x at t = 1, and the integral of the divergence on the way."""
        grid = ops.convert_to_tensor(
            np.linspace(self.least_time, 1.0, num_steps + 1),
            dtype=self.variable_dtype,
        )

        def slopes(x, t):
            if density:
                return self._velocity_and_divergence(x, t, y, probes)
            return self.compute_velocity(x, t, y), 0.0

        def body(i, x, total):
            t, s = (self._at(grid[i + j], x) for j in (0, 1))
            length = grid[i + 1] - grid[i]
            first, first_change = slopes(x, t)
            second, second_change = slopes(x + length * first, s)
            x = x + 0.5 * length * (first + second)
            return x, total + 0.5 * length * (first_change + second_change)

        total = ops.zeros_like(sum_per_example(x))
        return ops.fori_loop(
            0, num_steps, lambda i, carried: body(i, *carried), (x, total)
        )

    def _velocity_and_divergence(self, x, t, y, probes):
        def along(direction):
            def projected(x):
                return sum_per_example(
                    self.compute_velocity(x, t, y) * direction
                )

            return sum_per_example(input_gradient(projected, x) * direction)

        velocity = self.compute_velocity(x, t, y)
        if probes is not None:
            return velocity, along(probes)
        basis = np.eye(math.prod(self.data_shape), dtype=self.variable_dtype)
        basis = basis.reshape(-1, 1, *self.data_shape)
        return velocity, sum(
            along(ops.convert_to_tensor(direction)) for direction in basis
        )

    # --- verbs ------------------------------------------------------------

    def encode(self, x, y=None, *, num_steps=32, batch_size=256, verbose=0):
        """The noise that the flow carries to data: `decode` undoes it.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            num_steps: Int >= 1, of Heun's method.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return run_in_batches(
            self,
            "compute_encode",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
            num_steps=check_count("num_steps", num_steps),
        )

    def decode(
        self,
        z,
        y=None,
        *,
        method="heun",
        num_steps=32,
        guidance=0.0,
        batch_size=256,
        verbose=0,
    ):
        """The data that the flow makes of noise, without drawing more of it.

        Args:
            z: Array `(n, *data_shape)`, finite.
            y: Labels `(n,)` or one label, if the model is conditional.
            method: `"heun"`, or another method of `sample` that does not draw.
            num_steps: Int >= 1.
            guidance: Float >= 0; see `sample`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        z = np.asarray(z, dtype="float32")
        if z.shape[1:] != self.data_shape or not len(z):
            raise ValueError(
                f"Expected z with shape (n, {self.data_shape}), n > 0. "
                f"Received: shape {z.shape}"
            )
        if not np.isfinite(z).all():
            raise ValueError(
                "Expected finite values. Received: z with NaN or infinity"
            )
        if method == "ancestral":
            raise ValueError(
                "Expected a `method` that draws no noise. "
                f"Received: method={method!r}"
            )
        return run_in_batches(
            self,
            "compute_decode",
            (z, *self.check_own_labels(y, len(z))),
            batch_size=batch_size,
            verbose=verbose,
            **self.check_solver(method, num_steps, guidance=guidance),
        )

    def log_prob(
        self, x, y=None, *, num_steps=32, seed=None, batch_size=256, verbose=0
    ):
        """Log density of the flow, whose divergence is estimated.

        It is that of draws by `"heun"` with many steps, not of `"ancestral"`.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            num_steps: Int >= 1, of Heun's method; each has two calls of the
                network and two of its gradient.
            seed: Optional int. The same seed gives the same estimate.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised. Without bias but for the
            steps; exact traces of data of up to 8 values.
        """
        return run_in_batches(
            self,
            "compute_log_prob",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_steps=check_count("num_steps", num_steps),
        )

    def interpolate(self, x_a, x_b, num_steps=8, y=None):
        """Data on the arc between the codes of two data.

        Not on the line: in the middle of two draws of noise there is less noise
        than the model ever saw.

        Args:
            x_a: Array `data_shape`, or `(n, *data_shape)` for n pairs.
            x_b: Array like `x_a`.
            num_steps: Int >= 2, points on the arc, both ends included.
            y: The label of both, or `(n,)` for n pairs, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.

        Reference:
            [Song et al., 2021](https://arxiv.org/abs/2010.02502), section 5.3
            and appendix D.5.
        """
        num_steps = check_count("num_steps", num_steps, least=2)
        x_a, x_b = np.asarray(x_a), np.asarray(x_b)
        if x_a.shape != x_b.shape:
            raise ValueError(
                "Expected two arrays of one shape. "
                f"Received: {x_a.shape} and {x_b.shape}"
            )
        single = x_a.ndim == len(self.data_shape)
        if single:
            x_a, x_b = x_a[None], x_b[None]
        labels = self.check_own_labels(y, len(x_a))
        z_a, z_b = (self.encode(x, *labels) for x in (x_a, x_b))
        path = arc(z_a, z_b, num_steps).reshape(-1, *self.data_shape)
        path = self.decode(path, *(np.repeat(y, num_steps) for y in labels))
        path = path.reshape(-1, num_steps, *self.data_shape)
        return path[0] if single else path


def arc(z_a, z_b, num_steps):
    """Points on the arcs between rows of two arrays.

    Args:
        z_a: Array `(n, ...)`.
        z_b: Array `(n, ...)`.
        num_steps: Int >= 2.

    Returns:
        Array `(n, num_steps, ...)`, `z_a` and `z_b` its ends.
    """
    flat_a, flat_b = (
        z.reshape(len(z), -1).astype("float64") for z in (z_a, z_b)
    )
    norms = np.linalg.norm(flat_a, axis=1) * np.linalg.norm(flat_b, axis=1)
    cosine = np.clip(np.sum(flat_a * flat_b, axis=1) / norms, -1.0, 1.0)
    angle = np.maximum(np.arccos(cosine), 1e-6)[:, None, None]
    share = np.linspace(0.0, 1.0, num_steps)[None, :, None]
    points = (
        np.sin((1 - share) * angle) * flat_a[:, None]
        + np.sin(share * angle) * flat_b[:, None]
    ) / np.sin(angle)
    return points.reshape(len(z_a), num_steps, *z_a.shape[1:])
