"""Noise-conditional score network.

Where there are no data, there is nothing to learn a score from, and chains that
begin there are lost. Noise helps: it spreads the data until they are
everywhere. Too much of it, and what is drawn is noise. So the network learns
the scores of the data at many levels of noise at once,

    sigma_1 > ... > sigma_L,   s(x, sigma) = grad log p_sigma(x),

all by denoising, each loss times sigma^2, so that all levels count alike:

    E |sigma s(x + sigma eps, sigma) + eps|^2.

Draws begin at the largest, where the density is nearly one normal, and follow
the levels down: a few steps of Langevin dynamics at each, of the size

    eta = step_size sigma^2

(annealed Langevin dynamics). The last noise is taken away by one step more, to
the mean of the data given it.

With F = -sigma s this is a network that predicts the noise: a diffusion model
whose noise is added and whose data do not shrink. So it has the ways to draw
and the densities of those, too, and the diffusion models are what became of it.

Simplified: the network sees x / sqrt(1 + sigma^2), and log sigma brought to
[0, 1]; the paper's has normalisation layers with a set of weights for each
level.

Symbols: sigma is `sigma_max` t, the levels `compute_levels`, F is
`compute_output`.

Reference: Song & Ermon, 2019, https://arxiv.org/abs/1907.05600, eq. 5-6 and
algorithm 1; 2020, https://arxiv.org/abs/2006.09011 (the scale of the scores,
the last step).
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.exploding_model import ExplodingModel
from keras_genmodels.models.diffusion.frames import first_frames
from keras_genmodels.models.diffusion.frames import with_frame
from keras_genmodels.models.diffusion.sampling import METHODS
from keras_genmodels.models.energy.langevin_model import check_step_size
from keras_genmodels.training import noise_in_loop
from keras_genmodels.training import run_in_batches


@keras.saving.register_keras_serializable("keras_genmodels")
class NCSN(ExplodingModel):
    """Scores of the data at many levels of noise.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: x / sqrt(1 + sigma^2)
            `(batch, *data_shape)`, numbers in [0, 1] for log sigma `(batch,)`
            and, if the model is conditional, one-hot labels
            `(batch, num_classes)`; to `(batch, *data_shape)`, -sigma s.
        sigma_min: Float > 0, the least noise. Defaults to 0.01.
        sigma_max: Float > `sigma_min`, the most, about the largest distance
            between two data. The network sees those brought to [-1, 1].
            Defaults to 10.
        num_levels: Int >= 2, L, in equal ratios. Defaults to 32.
        step_size: Float > 0, the steps of Langevin dynamics in units of
            sigma^2. Defaults to 0.5.
        **kwargs: `data_range`, `label_dropout`, `ema_momentum` and `seed`: see
            `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = NCSN.from_shape((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> model.sample(16, seed=0).shape
        (16, 8, 8, 1)
        >>> model.score(x_test, sigma=0.5).shape
        (360, 8, 8, 1)

    Reference:
        [Song & Ermon, 2019](https://arxiv.org/abs/1907.05600);
        [Song & Ermon, 2020](https://arxiv.org/abs/2006.09011).
    """

    methods = ("langevin", *METHODS)
    default_method = "langevin"
    default_num_steps = 320

    def __init__(
        self,
        network,
        *,
        sigma_min=0.01,
        sigma_max=10.0,
        num_levels=32,
        step_size=0.5,
        **kwargs,
    ):
        super().__init__(
            network,
            sigma_min=sigma_min,
            sigma_max=sigma_max,
            prediction="noise",
            **kwargs,
        )
        self.num_levels = check_count("num_levels", num_levels, least=2)
        self.step_size = check_step_size(step_size)

    # --- the model, of tensors --------------------------------------------

    def compute_output(self, x, t, y=None, **options):
        """F = -sigma s: see `DiffusionModel.compute_output`."""
        scale = ops.sqrt(1.0 + ops.square(column(self.sigma_max * t, x)))
        return super().compute_output(x / scale, t, y, **options)

    def compute_score(self, x, y=None, *, sigma=None):
        """s(x, sigma) in the units of the data: a tensor like `x`.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            sigma: Float, of the data as the network sees them. Defaults to
                `sigma_min`.
        """
        sigma = sigma or self.sigma_min
        low, high = self.data_range or (-1.0, 1.0)
        x = self.from_data(x)
        t = ops.full(ops.shape(x)[:1], sigma / self.sigma_max, dtype=x.dtype)
        return -self.compute_output(x, t, y) * (2.0 / (high - low) / sigma)

    def compute_levels(self, num_times):
        """sigma / `sigma_max`, from 1 down in equal ratios: an array."""
        return np.geomspace(1.0, self.least_time, num_times)

    def compute_times(self, num_times):
        """Levels for a batch, each as often: sigma / `sigma_max`."""
        levels = self.compute_levels(self.num_levels)
        levels = ops.convert_to_tensor(levels, dtype=self.variable_dtype)
        places = self.num_levels * super().compute_times(num_times)
        return ops.take(levels, ops.cast(ops.floor(places), "int32"), axis=0)

    def compute_grid(self, method, num_steps):
        """Times from 1 down to `least_time`, in equal ratios, or on to 0."""
        ends_early = method in ("euler", "heun")
        times = self.compute_levels(num_steps + ends_early)
        times = times if ends_early else np.append(times, 0.0)
        return ops.convert_to_tensor(times, dtype=self.variable_dtype)

    def spread_times(self, uniform):
        t = self.least_time ** (1.0 - uniform)
        return t, -math.log(self.least_time) * t

    def compute_decode(
        self,
        z,
        y=None,
        *,
        method=None,
        num_steps=None,
        step_size=None,
        guidance=0.0,
        return_path=False,
        **kwargs,
    ):
        """The data at the end of a way that begins at noise.

        Args:
            z: Tensor `(batch, *data_shape)`, standard normal noise.
            y: Labels `(batch,)`, if the model is conditional.
            method: See `sample`, also for the next four.
            num_steps: Int, in all.
            step_size: Float.
            guidance: Float.
            return_path: Bool.
            **kwargs: As for `DiffusionModel.compute_decode`.
        """
        options = {"guidance": guidance, "return_path": return_path, **kwargs}
        if (method or self.default_method) != "langevin":
            return super().compute_decode(
                z, y, method=method, num_steps=num_steps, **options
            )
        num_steps = num_steps or self.default_num_steps
        step_size = step_size or self.step_size
        num_levels = min(self.num_levels, num_steps)
        levels = self.compute_levels(num_levels)
        # As many steps at each level, or one more at some.
        numbers = np.arange(num_steps) * num_levels // num_steps
        times = ops.convert_to_tensor(levels[numbers], dtype=z.dtype)

        def body(i, x, state, frames):
            sigma = self.sigma_max * times[i]
            noise, state = noise_in_loop(
                self.seed_generator, state, ops.shape(x), x.dtype
            )
            output = self.compute_guided(x, self._at(times[i], x), y, guidance)
            # eta/2 s + sqrt(eta) noise, with eta = step_size sigma^2.
            x = x - 0.5 * step_size * sigma * output
            x = x + math.sqrt(step_size) * sigma * noise
            if return_path:
                frames = with_frame(frames, i + 1, x)
            return x, state, frames

        x = self.sigma_max * z
        frames = first_frames(x, num_steps, return_path)
        state = ops.convert_to_tensor(self.seed_generator.state)
        x, state, frames = ops.fori_loop(
            0,
            num_steps,
            lambda i, carried: body(i, *carried),
            (x, state, frames),
        )
        self.seed_generator.state.assign(state)
        last = self._at(ops.convert_to_tensor(times[-1]), x)
        x, _ = self.compute_denoised(x, last, y, guidance=guidance, clip=True)
        if return_path:
            return self.to_data(with_frame(frames, num_steps, x))
        return self.to_data(x)

    # --- verbs ------------------------------------------------------------

    def score(self, x, y=None, *, sigma=None, batch_size=256, verbose=0):
        """The gradient of log p of the data with noise, at `x`.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            sigma: Float from `sigma_min` to `sigma_max`, the deviation of the
                noise, of data brought to [-1, 1]. Defaults to `sigma_min`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`.

        Raises:
            ValueError: If `sigma` is out of range.
        """
        if sigma is None:
            sigma = self.sigma_min
        if not self.sigma_min <= sigma <= self.sigma_max:
            raise ValueError(
                f"Expected `sigma` from {self.sigma_min} to {self.sigma_max}. "
                f"Received: sigma={sigma}"
            )
        return run_in_batches(
            self,
            "compute_score",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
            sigma=float(sigma),
        )

    def sample(
        self,
        num_samples,
        *,
        method="langevin",
        num_steps=None,
        step_size=None,
        **kwargs,
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            method: `"langevin"`, annealed Langevin dynamics, the default, or a
                way to draw from a diffusion model: see `DiffusionModel.sample`.
            num_steps: Int >= 1, in all. Defaults to 320 of `"langevin"`, 10 at
                each of 32 levels, and 32 of the others. With fewer steps than
                levels there are as many levels as steps.
            step_size: Float > 0, of `"langevin"`, in units of sigma^2. Defaults
                to the model's.
            **kwargs: `labels`, `eta`, `guidance` and `return_path`, as for all
                diffusion models; `seed`, `batch_size` and `verbose`.

        Returns:
            Array `(num_samples, *data_shape)`, float32; with `return_path`
            `(num_samples, num_steps + 1, *data_shape)`, noise first.

        Raises:
            ValueError: If an argument is out of range.
        """
        if step_size is not None:
            if method != "langevin":
                raise ValueError(
                    'Expected `step_size` for "langevin" only. '
                    f"Received: step_size={step_size}, method={method!r}"
                )
            kwargs["step_size"] = check_step_size(step_size)
        if num_steps is None and method != "langevin":
            num_steps = 32
        return super().sample(
            num_samples, method=method, num_steps=num_steps, **kwargs
        )

    def decode(self, z, y=None, *, method="heun", **kwargs):
        """The data that a flow makes of noise: see `DiffusionModel.decode`."""
        if method == "langevin":
            raise ValueError(
                "Expected a `method` that draws no noise. "
                f"Received: method={method!r}"
            )
        return super().decode(z, y, method=method, **kwargs)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "num_levels": self.num_levels,
            "step_size": self.step_size,
        }
