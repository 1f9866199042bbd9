"""Parts of an example made anew, given the rest."""

from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.sampling import DiffusionSampling
from keras_genmodels.training import noise_in_loop


class DiffusionInpainting(DiffusionSampling):
    """The part of `DiffusionModel` that draws what is missing.

    On the way from noise to data, what is known is put in its place after each
    step, with as much noise as there is at that time. What is drawn sees it too
    late: the step that made it did not know. So the noise of a step is added
    again and the step repeated, until both parts agree. The steps are Heun's,
    which leave the distribution of noisy data as it is, so that repeating them
    does no harm.
    """

    def compute_inpaint(
        self, x, mask, y=None, *, num_steps=32, num_repeats=10, guidance=0.0
    ):
        """Data with the masked part drawn anew, like `x`.

        Lugmayr et al., 2022, algorithm 1, with steps that draw nothing.

        Args:
            x: Tensor `(batch, *data_shape)`.
            mask: Bool tensor like `x`, what to draw.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: See `inpaint`, also for the next two.
            num_repeats: Int.
            guidance: Float.
        """
        known = self.from_data(x)
        grid = self.compute_grid("heun", num_steps)

        def body(i, x, state):
            step = i // num_repeats
            now, later = (self._at(grid[step + j], x) for j in (0, 1))
            x = self._velocity_step(x, now, later, y, guidance, "heun")
            noise, state = noise_in_loop(
                self.seed_generator, state, ops.shape(x), x.dtype
            )
            x = ops.where(mask, x, self.noise_path.mix(known, noise, later))
            (alpha, sigma), (alpha_s, sigma_s) = (
                [column(c, x) for c in self.noise_path.coefficients(t)]
                for t in (now, later)
            )
            noise, state = noise_in_loop(
                self.seed_generator, state, ops.shape(x), x.dtype
            )
            # x_t given x_s: what the noise of the step is.
            kept = alpha / alpha_s
            added = ops.square(sigma) - ops.square(kept * sigma_s)
            back = kept * x + ops.sqrt(ops.maximum(added, 0.0)) * noise
            again = (i + 1) % num_repeats != 0
            return ops.where(again, back, x), state

        x = self.noise_path.noise_scale * self.compute_normal(ops.shape(x))
        state = ops.convert_to_tensor(self.seed_generator.state)
        x, state = ops.fori_loop(
            0,
            num_steps * num_repeats,
            lambda i, carried: body(i, *carried),
            (x, state),
        )
        self.seed_generator.state.assign(state)
        x = self._without_rest(x, grid[-1], y, guidance, "heun")
        return self.to_data(x)

    def inpaint(
        self,
        x,
        mask,
        *,
        y=None,
        num_steps=32,
        num_repeats=10,
        guidance=0.0,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Draw some values anew, given the others.

        Approximately: what is drawn depends on the rest a little less than it
        should, by a part that falls as 1 / `num_repeats`.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            y: Labels `(n,)`, if the model is conditional.
            num_steps: Int >= 1, from noise to data.
            num_repeats: Int >= 1, how often each step is made. The network is
                called twice as often as both say together.
            guidance: Float >= 0; see `sample`.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`, equal to it where the mask is false.

        Raises:
            ValueError: If the mask is not of bools or does not fit, or an
                argument is out of range.

        Reference:
            [Lugmayr et al., 2022](https://arxiv.org/abs/2201.09865).
        """
        return self.draw_masked(
            x,
            mask,
            y,
            seed=seed,
            batch_size=batch_size,
            verbose=verbose,
            num_steps=check_count("num_steps", num_steps),
            num_repeats=check_count("num_repeats", num_repeats),
            guidance=self.check_guidance(guidance),
        )
