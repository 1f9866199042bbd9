"""How likely data are: exactly along the flow, and a bound by the loss."""

import math

import numpy as np
from keras import ops

from keras_genmodels._internal.arcs import check_noise
from keras_genmodels._internal.arcs import interpolate_on_arcs
from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import normal_log_prob
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.inpainting import DiffusionInpainting
from keras_genmodels.models.diffusion.predictions import noise_error_share
from keras_genmodels.models.diffusion.weightings import elbo as elbo_weight
from keras_genmodels.training import input_gradient
from keras_genmodels.training import run_in_batches


class DiffusionLikelihood(DiffusionInpainting):
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
        x, _ = self._carry(self.from_data(x), y, num_steps, None)
        return x / self.noise_path.noise_scale

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
            uniform = self.compute_uniform(ops.shape(x))
            probes = ops.where(uniform < 0.5, -1.0, 1.0)
        x, change = self._carry(x, y, num_steps, probes, density=True)
        log_scale = math.log(self.noise_path.noise_scale)
        return normal_log_prob(x, 0.0, log_scale) + change + self.log_det

    def _carry(self, x, y, num_steps, probes, density=False):
        """x at t = 1, and the integral of the divergence on the way."""
        grid = ops.flip(self.compute_grid("heun", num_steps))

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

    def compute_elbo(self, x, y=None, *, num_times=32):
        """The bound of log p(x), `(batch,)`, nats.

        Kingma et al., 2021, eq. 11 and 18: how well x is known where the way
        back ends, less what the steps of the way cost and what is left of x in
        the noise at its beginning. The integral over all times is estimated by
        `num_times` of them, evenly spread. At the end x is normal around the
        data that the network sees.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            num_times: Int, times for each example.
        """
        x = self.from_data(x)

        def cost(x, uniform, y):
            t, stretch = self.spread_times(uniform)
            noise = self.compute_normal(ops.shape(x))
            error = self.compute_squared_error(x, t, noise, y)
            return stretch * self.compute_elbo_weight(t) * error

        way = self.compute_mean_term(cost, x, y, num_times)
        first = ops.full(ops.shape(x)[:1], self.first_time, dtype=x.dtype)
        return (
            self.compute_first_log_prob(x, first, y)
            - way
            - self.compute_last_kl(x)
            + self.log_det
        )

    @property
    def first_time(self):
        """Where the way back ends in the bound, a float above 0."""
        return self.least_time or 1e-3

    def spread_times(self, uniform):
        """Times for the bound, of uniform numbers, each `(batch,)`.

        Returns:
            `(t, stretch)`: times from `first_time` to 1, and the derivative.
        """
        length = 1.0 - self.first_time
        return self.first_time + length * uniform, length

    def compute_elbo_weight(self, t):
        """What squared errors cost at times `(batch,)`, in nats."""
        return elbo_weight(self.prediction, t, self.noise_path)

    def compute_first_log_prob(self, x, t, y=None):
        """E log p(x | x_t) for one draw of x_t at the first time, `(batch,)`.

        p is normal around the data that the network sees in x_t, with the
        variance sigma^2 / alpha^2 of x given x_t under q, if all data were
        equally likely.

        Args:
            x: Tensor `(batch, *data_shape)`, in the network's units.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
        """
        alpha, sigma = self.noise_path.coefficients(t)
        error = self.compute_squared_error(
            x, t, self.compute_normal(ops.shape(x)), y
        ) * noise_error_share(self.prediction, t, self.noise_path)
        dim = math.prod(self.data_shape)
        log_scale = ops.log(sigma) - ops.log(alpha)
        # (x - data)^2 / scale^2 is the squared error of the noise.
        return -0.5 * error - dim * (log_scale + 0.5 * math.log(2 * math.pi))

    def compute_last_kl(self, x):
        """KL(q(x_1 | x) || p(x_1)), `(batch,)`, nats."""
        last = ops.ones((1,), dtype=x.dtype)
        alpha, sigma = (
            column(c, x) / self.noise_path.noise_scale
            for c in self.noise_path.coefficients(last)
        )
        variance = ops.square(sigma)
        return 0.5 * sum_per_example(
            variance + ops.square(alpha * x) - 1.0 - ops.log(variance)
        )

    # --- verbs ------------------------------------------------------------

    def elbo(
        self,
        x,
        y=None,
        *,
        num_times=32,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Evidence lower bound of log p(x), estimated.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            num_times: Int >= 1, times at which the network is called for each
                example.
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return run_in_batches(
            self,
            "compute_elbo",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_times=check_count("num_times", num_times),
        )

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
        z = check_noise(z, self.data_shape)
        options = self.check_solver(method, num_steps, guidance=guidance)
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
            **options,
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
        return interpolate_on_arcs(self, x_a, x_b, num_steps, y)
