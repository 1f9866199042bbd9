"""The way back from noise to data, by one of several solvers."""

import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.denoising_model import DenoisingModel
from keras_genmodels.models.diffusion.frames import first_frames
from keras_genmodels.models.diffusion.frames import with_frame
from keras_genmodels.models.diffusion.solvers import ddim_step
from keras_genmodels.models.diffusion.solvers import dpm_step
from keras_genmodels.training import noise_in_loop

METHODS = ("ancestral", "ddim", "euler", "heun", "dpm")


class DiffusionSampling(DenoisingModel):
    """The part of `DiffusionModel` that makes data from noise."""

    methods = METHODS
    default_method = "heun"
    default_num_steps = 32

    # --- the model, of tensors --------------------------------------------

    def compute_sample(self, num_samples_or_labels, **options):
        """New data, `(num_samples, *data_shape)`.

        Args:
            num_samples_or_labels: Int, or labels `(num_samples,)` if the model
                is conditional.
            **options: What `compute_decode` takes besides.
        """
        rows, labels = self.split_rows(num_samples_or_labels)
        z = self.compute_normal((rows, *self.data_shape))
        return self.compute_decode(z, labels, **options)

    def compute_decode(
        self,
        z,
        y=None,
        *,
        method=None,
        num_steps=None,
        eta=0.0,
        guidance=0.0,
        return_path=False,
    ):
        """The data at the end of a way that begins at noise.

        Args:
            z: Tensor `(batch, *data_shape)`, standard normal noise.
            y: Labels `(batch,)`, if the model is conditional.
            method: See `sample`, also for the next four.
            num_steps: Int.
            eta: Float.
            guidance: Float.
            return_path: Bool.

        Returns:
            Tensor `(batch, *data_shape)`; with `return_path` the way,
            `(batch, num_steps + 1, *data_shape)`.
        """
        method = method or self.default_method
        num_steps = num_steps or self.default_num_steps
        grid = self.compute_grid(method, num_steps)
        ratios = step_ratios(self.noise_path.log_snr(grid))

        def body(i, x, data, state, frames):
            x, data, state = self.compute_step(
                x,
                data,
                state,
                (grid[i], grid[i + 1]),
                y,
                method=method,
                ratio=ratios[i],
                share=1.0 if method == "ancestral" else eta,
                guidance=guidance,
            )
            if return_path:
                frames = with_frame(frames, i + 1, x)
            return x, data, state, frames

        x = self.noise_path.noise_scale * z
        frames = first_frames(x, num_steps, return_path)
        state = ops.convert_to_tensor(self.seed_generator.state)
        x, _, state, frames = ops.fori_loop(
            0,
            num_steps,
            lambda i, carried: body(i, *carried),
            (x, ops.zeros_like(x), state, frames),
        )
        self.seed_generator.state.assign(state)
        x = self._without_rest(x, grid[-1], y, guidance, method)
        if return_path:
            return self.to_data(with_frame(frames, num_steps, x))
        return self.to_data(x)

    def compute_step(
        self, x, before, state, times, y=None, *, method, ratio, share, guidance
    ):
        """One step of a solver.

        Args:
            x: Tensor `(batch, *data_shape)`, x_t.
            before: Tensor like `x`, the data predicted in the step before.
            state: Tensor, of the stream of noise.
            times: Two tensors `()`, from where to where.
            y: Labels `(batch,)`, if the model is conditional.
            method: See `sample`.
            ratio: Tensor `()`, see `solvers.dpm_step`.
            share: Float, how much of the noise is drawn anew.
            guidance: Float.

        Returns:
            `(x, data, state)`, after the step.
        """
        now, later = (self._at(time, x) for time in times)
        if method in ("euler", "heun"):
            x = self._velocity_step(x, now, later, y, guidance, method)
            return x, before, state
        data, noise = self.compute_denoised(
            x, now, y, guidance=guidance, clip=True
        )
        now, later = (
            [column(c, x) for c in self.noise_path.coefficients(t)]
            for t in (now, later)
        )
        if method == "dpm":
            return dpm_step(x, data, before, now, later, ratio), data, state
        fresh = None
        if share > 0:
            fresh, state = noise_in_loop(
                self.seed_generator, state, ops.shape(x), x.dtype
            )
        return ddim_step(x, data, noise, now, later, share, fresh), data, state

    def compute_grid(self, method, num_steps):
        """Times from 1 down to 0, `(num_steps + 1,)`.

        Velocities of a network that predicts something else need a little noise
        to be computed: those methods end at `least_time`, with a prediction of
        the data.
        """
        last = self.least_time if method in ("euler", "heun") else 0.0
        return ops.convert_to_tensor(
            np.linspace(1.0, last, num_steps + 1), dtype=self.variable_dtype
        )

    def _velocity_step(self, x, t, s, y, guidance, method):
        """Euler's step, or Heun's: with the mean of two velocities."""
        length = column(s - t, x)
        first = self.compute_velocity(x, t, y, guidance=guidance)
        if method == "euler":
            return x + length * first
        second = self.compute_velocity(
            x + length * first, s, y, guidance=guidance
        )
        return x + 0.5 * length * (first + second)

    def _without_rest(self, x, t, y, guidance, method):
        """x at the end of the way, without the noise left at `least_time`."""
        if method not in ("euler", "heun") or self.least_time == 0:
            return x
        data, _ = self.compute_denoised(
            x, self._at(t, x), y, guidance=guidance, clip=True
        )
        return data

    def _at(self, time, x):
        """A time for each example, `(batch,)`."""
        return ops.broadcast_to(time, ops.shape(x)[:1])

    # --- verbs ------------------------------------------------------------

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        method=None,
        num_steps=None,
        eta=0.0,
        guidance=0.0,
        return_path=False,
        **kwargs,
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn evenly if missing.
            method: `"euler"` or `"heun"`, which follow the velocity, the second
                with two calls of the network in each step; `"ddim"`, steps
                through the predicted data; `"dpm"`, DPM-Solver++(2M), of second
                order with one call; `"ancestral"`, which draws from the
                posterior in each step. Defaults to what suits the model.
            num_steps: Int >= 1. More are slower, and nearer to the model.
            eta: Float in [0, 1], of `"ddim"`: how much noise is drawn anew; 1
                is `"ancestral"`.
            guidance: Float >= 0, of a conditional model: w of classifier-free
                guidance. Predictions are (1 + w) times those with the label
                minus w times those without. With 0, the default, there is none.
            return_path: Bool. Whether to return the whole way from noise to
                data.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32; with `return_path`
            `(num_samples, num_steps + 1, *data_shape)`, noise first.

        Raises:
            ValueError: If an argument is out of range.
        """
        options = self.check_solver(method, num_steps, eta, guidance)
        if return_path:
            options["return_path"] = True
        return super().sample(num_samples, labels=labels, **options, **kwargs)

    def check_solver(self, method, num_steps, eta=0.0, guidance=0.0):
        """Check the arguments of `sample`, and return them as a dict."""
        method = method or self.default_method
        if method not in self.methods:
            raise ValueError(
                f"Expected `method` to be one of {self.methods}. "
                f"Received: method={method!r}"
            )
        if num_steps is None:
            num_steps = self.default_num_steps
        num_steps = check_count("num_steps", num_steps)
        if not 0 <= eta <= 1 or (eta > 0 and method != "ddim"):
            raise ValueError(
                "Expected `eta` in [0, 1], above 0 only with the method "
                f'"ddim". Received: eta={eta}, method={method!r}'
            )
        return {
            "method": method,
            "num_steps": num_steps,
            "eta": float(eta),
            "guidance": self.check_guidance(guidance),
        }


def step_ratios(log_snr):
    """Each step's length in log SNR over that of the step before.

    Args:
        log_snr: Tensor `(num_steps + 1,)`, infinite where there is no noise or
            no data.

    Returns:
        Tensor `(num_steps,)`; 0 for the first step, and where a step or the one
        before is infinitely long.
    """
    lengths = log_snr[1:] - log_snr[:-1]
    finite = ops.isfinite(lengths)
    both = ops.logical_and(finite[1:], finite[:-1])
    ratios = ops.where(both, lengths[1:], 0.0) / ops.where(
        both, lengths[:-1], 1.0
    )
    return ops.concatenate([ops.zeros_like(lengths[:1]), ratios])
