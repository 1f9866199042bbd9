"""Masked diffusion: values are hidden, and drawn in any order.

The noise hides values, one after another. All there is to learn is what a
hidden value is, given those that are seen. Drawn in a random order sigma, the
values have the density of a model that is autoregressive in all orders:

    log p(x) >= E_sigma sum_k log p(x_sigma(k) | x_sigma(1), ..., x_sigma(k-1)).

Each hidden value is as likely as any other to come next, so that one call of
the network tells about all of them. With k - 1 of D values seen:

    log p(x) >= E_k,sigma  D / (D - k + 1) sum_hidden log p(x_i | seen).

It is the bound of diffusion in continuous time, without its weight 1/t that is
infinite at t = 0. Several values may be drawn at once, as if they were
independent: that is quicker, and its bound is lower.

Symbols: p(x_i | seen) is `compute_parameters`, t is the hidden part.

References: Hoogeboom et al., 2022, https://arxiv.org/abs/2110.02037, section 3;
Austin et al., 2021, https://arxiv.org/abs/2107.03006, section 3; Sahoo et
al., 2024, https://arxiv.org/abs/2406.07524, section 3.
"""

import keras
from keras import ops

from keras_genmodels.distributions import sum_per_example
from keras_genmodels.layers.noise_path import column
from keras_genmodels.layers.outputs import output_layer
from keras_genmodels.models.diffusion.frames import first_frames
from keras_genmodels.models.diffusion.frames import with_frame
from keras_genmodels.models.diffusion.level_diffusion import LevelDiffusion


@keras.saving.register_keras_serializable("keras_genmodels")
class MaskedDiffusion(LevelDiffusion):
    """Diffusion that hides values, autoregressive in any order.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: for each value what is seen of
            it and whether it is, the last axis of the data's shape times
            `output.num_channels + 1`; times `(batch,)`; and, if the model is
            conditional, one-hot labels `(batch, num_classes)`. To the
            parameters of each value, the last axis times
            `output.num_parameters`.
        output: Distribution of a value: `"bernoulli"` for bits,
            `"categorical"` or `"logistic_mixture"` for `num_levels` levels in
            [0, 1], or a layer (`layers.CategoricalOutput`, ...).
        num_levels: Int >= 2, with the named outputs of several levels.
        **kwargs: `label_dropout`, `ema_momentum` and `seed`: see
            `DenoisingModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)` of levels.
        y: Labels `(batch,)`, if the model is conditional.

    Returns:
        Parameters of each value if none is seen, a tensor
        `(batch, *data_shape, num_parameters)`.

    Raises:
        ValueError: If the network does not fit, the output is not known or the
            levels are missing.

    Example:
        >>> model = MaskedDiffusion.from_shape((8, 8, 1))
        >>> model.compile()
        >>> history = model.fit(kgm.datasets.binarize(x_train), epochs=100)
        >>> model.sample(16, num_steps=8, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Hoogeboom et al., 2022](https://arxiv.org/abs/2110.02037); [Austin et
        al., 2021](https://arxiv.org/abs/2107.03006).
    """

    def __init__(
        self, network, *, output="bernoulli", num_levels=None, **kwargs
    ):
        output = output_layer(output, num_levels)
        super().__init__(
            network,
            output=output,
            num_channels=output.num_channels + 1,
            **kwargs,
        )

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        num_classes=None,
        network="dense",
        network_options=None,
        output="bernoulli",
        num_levels=None,
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
            output: See the constructor, also for the next.
            num_levels: Int >= 2.
            **kwargs: Arguments of the constructor.
        """
        output = output_layer(output, num_levels)
        network = cls.network_for(
            data_shape,
            output,
            output.num_channels + 1,
            num_classes,
            network,
            network_options,
        )
        return cls(network, output=output, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_hidden_parameters(self, x, hidden, y=None, **options):
        """Parameters of each value, given those that are not hidden.

        Args:
            x: Tensor `(batch, *data_shape)` of levels.
            hidden: Bool tensor like `x`.
            y: Labels `(batch,)`, if the model is conditional.
            **options: See `compute_parameters`.

        Returns:
            Tensor `(batch, *data_shape, num_parameters)`.
        """
        seen = ops.cast(ops.logical_not(hidden), x.dtype)[..., None]
        embedded = seen * self.output_distribution.embed(x)
        t = 1.0 - sum_per_example(seen) / self.num_values
        seen = ops.concatenate([embedded, seen], axis=-1)
        return self.compute_parameters(seen, t, y, **options)

    def compute_bound_term(self, x, place, y=None, *, num_steps, **options):
        """The step at a place of the bound, for the values hidden by then.

        A step that draws m of h hidden values counts as m / h of them all.
        """
        steps = num_steps or self.num_values
        step = ops.minimum(ops.floor(place * steps), steps - 1.0)
        drawn = ops.floor(step * self.num_values / steps)
        later = ops.floor((step + 1.0) * self.num_values / steps)
        hidden = self.compute_order(ops.shape(x)[0]) >= column(drawn, x)
        parameters = self.compute_hidden_parameters(x, hidden, y, **options)
        terms = self.output_distribution.log_prob(x, parameters)
        weight = steps * (later - drawn) / (self.num_values - drawn)
        return weight * sum_per_example(ops.where(hidden, terms, 0.0))

    def compute_order(self, rows, known=None):
        """A random order of the values, those that are known first.

        Args:
            rows: Int.
            known: Optional bool tensor `(rows, *data_shape)`.

        Returns:
            Tensor `(rows, *data_shape)` of the numbers 0 to D - 1, as floats.
        """
        keys = self.compute_uniform((rows, self.num_values))
        if known is not None:
            known = ops.reshape(known, (-1, self.num_values))
            keys = keys - ops.cast(known, keys.dtype)
        order = ops.argsort(ops.argsort(keys, axis=1), axis=1)
        order = ops.reshape(order, (-1, *self.data_shape))
        return ops.cast(order, self.variable_dtype)

    def call(self, x, y=None, training=False):
        x = ops.cast(x, self.variable_dtype)
        hidden = ops.ones_like(x, dtype="bool")
        return self.compute_hidden_parameters(x, hidden, y, training=training)

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
        """Data with hidden values drawn, a part of them in each step.

        Args:
            x: Tensor `(batch, *data_shape)` of levels.
            mask: Bool tensor like `x`, what is hidden.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: See `sample`, also for the next two.
            guidance: Float.
            return_path: Bool.

        Returns:
            Tensor like `x`; with `return_path` the way,
            `(batch, num_steps + 1, *data_shape)`, where a value that is hidden
            is in the middle of the range.
        """
        steps = num_steps or self.num_values
        rows = ops.shape(x)[0]
        order = self.compute_order(rows, ops.logical_not(mask))
        total = sum_per_example(ops.cast(mask, x.dtype))
        # All draws beforehand: each value is drawn once.
        noise = self.compute_uniform(
            (rows, *self.data_shape, self.output_distribution.num_noise)
        )
        middle = 0.5 * sum(self.data_range)

        def drawn(i):
            """How many values there are after step i."""
            share = ops.floor(ops.cast(i, x.dtype) * total / steps)
            return column(self.num_values - total + share, x)

        def body(i, x, frames):
            hidden = order >= drawn(i)
            parameters = self.compute_hidden_parameters(
                x, hidden, y, guidance=guidance
            )
            values = self.output_distribution.draw(parameters, noise)
            still = order >= drawn(i + 1)
            now = ops.logical_and(hidden, ops.logical_not(still))
            x = ops.where(now, values, x)
            if return_path:
                seen = ops.where(still, middle, x)
                frames = with_frame(frames, i + 1, seen)
            return x, frames

        seen = ops.where(mask, middle, x)
        frames = first_frames(seen, steps, return_path)
        x, frames = ops.fori_loop(
            0, steps, lambda i, carried: body(i, *carried), (x, frames)
        )
        return frames if return_path else x

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "output": keras.saving.serialize_keras_object(
                self.output_distribution
            ),
        }
