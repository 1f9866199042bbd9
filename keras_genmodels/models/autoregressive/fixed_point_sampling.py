"""Draw all values of an example at once, again and again, until they agree.

A value of an autoregressive model is a function of the values before it and of
noise of its own. With the noise of all values drawn beforehand, an example is
the only solution of

    x_i = f_i(x_1, ..., x_{i-1}, noise_i)   for all i.

One pass of the network computes all right-hand sides. Passes over everything,
from any start, reach the solution after as many passes as there are values at
the latest, since after k passes the first k values are final; they are done
when a pass changes nothing, mostly much sooner. Ancestral sampling, which lets
pass k change value k only, solves the same equations: the results are equal.

References: Song et al., 2021, https://arxiv.org/abs/2002.03629, algorithm 1
(Jacobi iteration); Wiggers & Hoogeboom, 2020, https://arxiv.org/abs/2002.09928.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.fixed_point import solve_equations
from keras_genmodels._internal.masks import check_mask
from keras_genmodels.generative_model import DRAWN_TOGETHER
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


class FixedPointSampling:
    """The part of `AutoregressiveModel` that draws.

    Needs `compute_parameters`, `output_distribution` and `rank`.
    """

    methods = ("auto", "fixed_point", "ancestral")

    def compute_solution(self, x, unknown, width, noise, y=None, **options):
        """Unknown values as functions of the others and of noise.

        Args:
            x: Tensor `(batch, *data_shape)`.
            unknown: Bool tensor like `x`.
            width: Int tensor `(batch,)`, all alike; see `solve_equations`.
            noise: Tensor `(batch, *data_shape, num_noise)`, uniform.
            y: Labels `(batch,)`, if the model is conditional.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            A tensor like `x`, and the number of passes, `(batch,)`, int32.
        """
        rank = self.rank
        return self.solve(x, unknown, width, noise, y, rank=rank, **options)

    def compute_sample(self, num_samples_or_labels):
        """Draws from scratch by fixed points: `(num_samples, *data_shape)`.

        Args:
            num_samples_or_labels: Int, or if the model is conditional, labels
                `(num_samples,)`.
        """
        y, num_samples = None, num_samples_or_labels
        if self.num_classes is not None:
            y, num_samples = num_samples, ops.shape(num_samples)[0]
        noise = self.compute_noise(num_samples)
        low = ops.full_like(noise[..., 0], self.data_range[0])
        width = ops.full((num_samples,), self.num_values, dtype="int32")
        unknown = ops.ones_like(low, dtype="bool")
        return self.compute_solution(low, unknown, width, noise, y)[0]

    def solve(self, x, unknown, width, noise, y, *, rank, **options):
        """`compute_solution` for an order: ints `(1, *data_shape)`."""

        def draw(x):
            parameters = self.compute_parameters(x, y, **options)
            return self.output_distribution.draw(parameters, noise)

        x, passes = solve_equations(draw, x, unknown, rank, ops.max(width))
        return x, ops.zeros_like(width) + passes

    def compute_noise(self, num_samples):
        """Uniform noise, `(num_samples, *data_shape, num_noise)`."""
        num_noise = self.output_distribution.num_noise
        return keras.random.uniform(
            (num_samples, *self.data_shape, num_noise),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        seed=None,
        method="auto",
        return_passes=False,
        batch_size=256,
        verbose=0,
        **options,
    ):
        """Draw new data.

        All methods give the same draw for the same seed. (The cache rounds
        differently: a value may differ whose probability is that of its noise
        but for rounding, and then those after it.)

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn by `compute_labels` if missing.
            seed: Optional int. The same seed gives the same draw.
            method: `"fixed_point"` draws all values at once until nothing
                changes (see the theory page); `"ancestral"` one value after
                the other; `"cached"`, if the model is one of sequences, does
                that with what it remembers, at the cost of one value each;
                `"auto"` takes the cache if there is one, else fixed points.
            return_passes: Bool. Whether to return how often the network ran,
                with a cache for one value each time.
            batch_size: Int >= 1. Examples drawn at a time.
            verbose: 0 or 1. Whether to show a progress bar.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            Array `(num_samples, *data_shape)`, float32; if `return_passes` also
            an int array `(num_samples,)`, the passes of each one's batch.

        Raises:
            ValueError: If the method is not known, labels are missing, not
                wanted or out of range, or there are no samples.
        """
        num_samples = check_count("num_samples", num_samples)
        with seeded(self, seed):
            labels = self.labels_to_draw(labels, num_samples)
            x = np.full(
                (num_samples, *self.data_shape), self.data_range[0], "float32"
            )
            x, passes = self._solve(
                x,
                np.ones(x.shape, "bool"),
                labels,
                method=method,
                batch_size=batch_size,
                verbose=verbose,
                **options,
            )
        return (x, passes) if return_passes else x

    def inpaint(
        self,
        x,
        mask,
        *,
        y=None,
        seed=None,
        method="auto",
        batch_size=256,
        verbose=0,
        **options,
    ):
        """Draw some values anew.

        Each is drawn given all values before it, drawn or kept. Kept values
        that come later have no influence on it.

        Args:
            x: Array `(n, *data_shape)` of levels.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            y: Labels `(n,)`, if the model is conditional.
            seed: Optional int. The same seed gives the same draw.
            method: See `sample`.
            batch_size: Int >= 1.
            verbose: 0 or 1.
            **options: What the model's `compute_parameters` takes besides.

        Returns:
            Array like `x`.

        Raises:
            ValueError: If the mask is not of bools or does not fit.
        """
        x, *labels = self.check_inputs(x, y)
        mask = check_mask(mask, x.shape)
        with seeded(self, seed):
            x, _ = self._solve(
                x,
                mask,
                labels,
                method=method,
                batch_size=batch_size,
                verbose=verbose,
                **options,
            )
        return x

    def _solve(self, x, unknown, rows, *, method, **options):
        if method not in self.methods:
            raise ValueError(
                f"Expected `method` to be one of {self.methods}. "
                f"Received: method={method!r}"
            )
        # An argument rather than an option, so that one compiled function
        # serves both, and rounds the same.
        width = 1 if method == "ancestral" else self.num_values
        arrays = (
            x,
            unknown,
            np.full(len(x), width, "int32"),
            self._draw("compute_noise", len(x)),
            *rows,
        )
        return run_in_batches(self, "compute_solution", arrays, **options)

    def _draw(self, method, num_samples):
        """What a tensor method draws, in blocks of sizes that are few.

        The blocks have nothing to do with the batches of the network: a draw
        depends on its seed alone.
        """
        return run_in_batches(
            self, method, num_rows=num_samples, batch_size=DRAWN_TOGETHER
        )
