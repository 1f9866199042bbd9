"""Bayesian flow network, of levels.

A sender tells a receiver which of K levels each value has, by noisy messages:
y is normal around a (K e_x - 1), with variance a K. From the messages so far
the receiver knows by Bayes' rule how likely each level of a value is, for each
value by itself:

    theta = softmax(z),   z normal around b K e_x, with variance b K,

b being the sum of all a. A network looks at all values' theta together and says
how likely the levels are really. What the messages tell beyond that is what the
data cost. With infinitely many, infinitely faint messages

    -log p(x) <= K b_1 E_t (1 - t) sum_i || e_x_i - p_i ||^2
                 - E log p(x | theta at t = 0),   b(t) = b_1 (1 - t)^2.

What the network sees changes smoothly, although the data are levels.

Symbols: p is `compute_parameters` (log odds), b_1 is `accuracy`; t is 1 - t of
the paper.

Reference: Graves et al., 2023, https://arxiv.org/abs/2308.07037, section 6 and
algorithms 7-9.
"""

import math

import keras
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.categorical_output import CategoricalOutput
from keras_genmodels.layers.noise_path import column
from keras_genmodels.models.diffusion.frames import first_frames
from keras_genmodels.models.diffusion.frames import with_frame
from keras_genmodels.models.diffusion.level_diffusion import LevelDiffusion
from keras_genmodels.training import noise_in_loop


@keras.saving.register_keras_serializable("keras_genmodels")
class BayesianFlowNetwork(LevelDiffusion):
    """Diffusion of what is known of levels.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: how likely each level of each
            value is, (K theta - 1) / sqrt(K - 1), the last axis of the data's
            shape times `num_levels`; times `(batch,)`; and, if the model is
            conditional, one-hot labels `(batch, num_classes)`. To log odds of
            the levels, in the same shape.
        num_levels: Int >= 2, K. Defaults to 2.
        accuracy: Float > 0, b_1, how much all messages tell together. Defaults
            to 3, as for the paper's binary images.
        data_range: `(low, high)`, the lowest and the highest level. Defaults to
            (0, 1).
        **kwargs: `label_dropout`, `ema_momentum` and `seed`: see
            `DenoisingModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)` of levels.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        Log odds of each level if nothing is known, a tensor
        `(batch, *data_shape, num_levels)`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = BayesianFlowNetwork.from_shape((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(kgm.datasets.binarize(x_train), epochs=100)
        >>> model.sample(16, num_steps=25, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Graves et al., 2023](https://arxiv.org/abs/2308.07037).
    """

    default_num_steps = 100

    def __init__(
        self,
        network,
        *,
        num_levels=2,
        accuracy=3.0,
        data_range=(0.0, 1.0),
        **kwargs,
    ):
        if not 0 < accuracy < math.inf:
            raise ValueError(
                f"Expected `accuracy` above 0. Received: accuracy={accuracy}"
            )
        output = CategoricalOutput(
            num_levels, one_hot=True, data_range=data_range
        )
        super().__init__(
            network, output=output, num_channels=output.num_levels, **kwargs
        )
        self.num_levels = output.num_levels
        self.accuracy = float(accuracy)

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        num_classes=None,
        network="dense",
        network_options=None,
        num_levels=2,
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            num_classes: Optional int >= 1, of a conditional model.
            network: `"dense"`, the default; for images also `"unet"` or
                `"transformer"`: see `networks.time_mlp`, `networks.time_unet`
                and `networks.diffusion_transformer`.
            network_options: Optional dict, arguments of that function.
            num_levels: Int >= 2.
            **kwargs: Arguments of the constructor.
        """
        output = CategoricalOutput(num_levels)
        network = cls.network_for(
            data_shape,
            output,
            output.num_levels,
            num_classes,
            network,
            network_options,
        )
        return cls(network, num_levels=num_levels, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_knowledge(self, indicator, t):
        """A draw of z at times `(batch,)`: all messages so far, as one.

        Args:
            indicator: Tensor `(batch, *data_shape, num_levels)`, one at the
                level of each value.
            t: Tensor `(batch,)`.
        """
        told = column(self.accuracy * ops.square(1.0 - t), indicator)
        noise = self.compute_normal(ops.shape(indicator))
        return self.compute_message(indicator, told, noise)

    def compute_log_odds(self, z, t, y=None, **options):
        """What the network says of all values, like `z`, given `z`."""
        # Mean 0 while nothing is known, variance 1 when all is; of two levels
        # it is 2 theta - 1. Small numbers of many levels would hardly be seen.
        share = self.num_levels * ops.softmax(z, axis=-1)
        seen = (share - 1.0) / math.sqrt(self.num_levels - 1)
        return self.compute_parameters(seen, t, y, **options)

    def compute_bound_term(self, x, place, y=None, *, num_steps, **options):
        """Less the cost of a faint message, or of one of `num_steps`.

        Algorithms 8 and 7.
        """
        indicator = self.output_distribution.embed(x)
        if num_steps is None:
            t = 1.0 - place
        else:
            step = ops.minimum(ops.floor(place * num_steps), num_steps - 1.0)
            t = 1.0 - step / num_steps
        z = self.compute_knowledge(indicator, t)
        odds = self.compute_log_odds(z, t, y, **options)
        if num_steps is None:
            error = ops.square(indicator - ops.softmax(odds, axis=-1))
            rate = self.num_levels * self.accuracy * (1.0 - t)
            return -rate * sum_per_example(error)
        told = column(self.step_accuracy(step, num_steps), z)
        message = self.compute_message(
            indicator, told, self.compute_normal(ops.shape(z))
        )
        # log N(y; x) - log sum_k p_k N(y; k), whose squares cancel.
        of_level = ops.sum(message * indicator, axis=-1, keepdims=True)
        gained = ops.logsumexp(
            ops.log_softmax(odds, axis=-1) + message - of_level, axis=-1
        )
        return num_steps * sum_per_example(gained)

    def compute_last_log_prob(self, x, y=None):
        """What the levels cost when all messages have come, `(batch,)`."""
        output = self.output_distribution
        t = ops.zeros(ops.shape(x)[:1], dtype=x.dtype)
        z = self.compute_knowledge(output.embed(x), t)
        odds = self.compute_log_odds(z, t, y)
        return sum_per_example(output.log_prob(x, odds))

    def step_accuracy(self, step, num_steps):
        """a of a step from 0 on, of `num_steps`."""
        return self.accuracy * (2.0 * step + 1.0) / num_steps**2

    def compute_message(self, indicator, told, noise):
        """y, but for a constant in all levels, which the softmax forgets."""
        variance = self.num_levels * told
        return variance * indicator + ops.sqrt(variance) * noise

    def call(self, x, y=None, training=False):
        x = ops.cast(x, self.variable_dtype)
        z = ops.zeros_like(self.output_distribution.embed(x))
        first = ops.ones_like(sum_per_example(x))
        return self.compute_log_odds(z, first, y, training=training)

    # --- drawing ----------------------------------------------------------

    def compute_inpaint(
        self,
        x,
        mask,
        y=None,
        *,
        num_steps=None,
        guidance=0.0,
        return_path=False,
    ):
        """Data drawn by messages about the network's own guesses: algorithm 9.

        Of what is known the messages are true ones. Approximate: what is drawn
        early sees little of it.

        Args:
            x: Tensor `(batch, *data_shape)` of levels.
            mask: Bool tensor like `x`, what to draw.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: See `sample`, also for the next two.
            guidance: Float.
            return_path: Bool.

        Returns:
            Tensor like `x`; with `return_path` the mean of what is known after
            each step, `(batch, num_steps + 1, *data_shape)`.
        """
        steps = num_steps or self.default_num_steps
        output = self.output_distribution
        known = output.embed(x)

        def draw(z, t, state):
            """Levels `(batch, *data_shape)`; those that are known stay."""
            t = ops.broadcast_to(t, ops.shape(x)[:1])
            odds = self.compute_log_odds(z, t, y, guidance=guidance)
            uniform, state = noise_in_loop(
                self.seed_generator,
                state,
                (*ops.shape(x), output.num_noise),
                x.dtype,
                keras.random.uniform,
            )
            values = output.draw(odds, uniform)
            return ops.where(mask, values, x), state

        def mean(z):
            levels = ops.arange(self.num_levels, dtype=z.dtype)
            return output.values(
                ops.sum(ops.softmax(z, axis=-1) * levels, axis=-1)
            )

        def body(i, z, state, frames):
            step = ops.cast(i, z.dtype)
            values, state = draw(z, 1.0 - step / steps, state)
            noise, state = noise_in_loop(
                self.seed_generator, state, ops.shape(z), z.dtype
            )
            told = self.step_accuracy(step, steps)
            z = z + self.compute_message(output.embed(values), told, noise)
            if return_path:
                frames = with_frame(frames, i + 1, mean(z))
            return z, state, frames

        z = ops.zeros_like(known)
        frames = first_frames(mean(z), steps, return_path)
        state = ops.convert_to_tensor(self.seed_generator.state)
        z, state, frames = ops.fori_loop(
            0,
            steps,
            lambda i, carried: body(i, *carried),
            (z, state, frames),
        )
        last = ops.zeros((), dtype=z.dtype)
        x, state = draw(z, last, state)
        self.seed_generator.state.assign(state)
        return with_frame(frames, steps, x) if return_path else x

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "num_levels": self.num_levels,
            "accuracy": self.accuracy,
            "data_range": self.data_range,
        }
