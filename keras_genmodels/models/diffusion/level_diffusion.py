"""What diffusion models of levels share: their bound and their verbs."""

import math

from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.models.diffusion.denoising_model import DenoisingModel
from keras_genmodels.models.diffusion.denoising_model import make_network
from keras_genmodels.models.diffusion.denoising_model import network_shapes
from keras_genmodels.training import run_in_batches


class LevelDiffusion(DenoisingModel):
    """A diffusion model whose data are levels, each value one of a few.

    A subclass defines `compute_bound_term`, and `compute_inpaint(x, mask, y,
    num_steps=, guidance=, return_path=)`, by which `sample` draws too.

    Args:
        network: Built `keras.Model` of a list: what is seen of the data, the
            last axis of their shape times `num_channels`; times `(batch,)`; and
            possibly one-hot labels `(batch, num_classes)`. To the parameters of
            each value, the last axis times `output.num_parameters`.
        output: `layers.AutoregressiveOutput`, the distribution of a value.
        num_channels: Int >= 1.
        **kwargs: `label_dropout`, `ema_momentum` and `seed`: see
            `DenoisingModel`.

    Raises:
        ValueError: If the network does not fit.
    """

    log_names = ("loss", "bits_per_dim")

    def __init__(self, network, *, output, num_channels, **kwargs):
        seen, given, num_classes = network_shapes(network)
        size, rest = divmod(seen[-1], num_channels)
        data_shape = (*seen[:-1], size)
        expected = (*seen[:-1], size * output.num_parameters)
        if rest or given != expected:
            raise ValueError(
                f"Expected a network from {num_channels} numbers for each "
                f"value to {output.num_parameters}, all along the last axis. "
                f"Received: network {seen} -> {given}"
            )
        super().__init__(
            network,
            data_shape,
            data_range=output.data_range,
            num_classes=num_classes,
            **kwargs,
        )
        self.output_distribution = output
        self.num_channels = num_channels
        self.num_values = math.prod(data_shape)

    @classmethod
    def network_for(
        cls, data_shape, output, num_channels, num_classes, network, options
    ):
        """A network for `from_shape`, whose arguments these are."""
        *rest, size = check_shape(data_shape)
        return make_network(
            (*rest, size * num_channels),
            num_classes,
            network,
            options,
            num_outputs=size * output.num_parameters,
        )

    # --- the model, of tensors --------------------------------------------

    def compute_parameters(self, seen, t, y=None, *, guidance=0.0, **options):
        """Parameters of each value: `(batch, *data_shape, num_parameters)`.

        Args:
            seen: Tensor `(batch, *data_shape, num_channels)`.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
            guidance: Float.
            **options: See `DenoisingModel.compute_output`.
        """
        *rest, size = self.data_shape
        seen = ops.reshape(seen, (-1, *rest, size * self.num_channels))
        outputs = self.compute_guided(seen, t, y, guidance, **options)
        count = self.output_distribution.num_parameters
        return ops.reshape(outputs, (-1, *self.data_shape, count))

    def compute_elbo(self, x, y=None, *, num_steps=None, num_times=32):
        """The bound of log p(x), `(batch,)`, nats.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: See `elbo`.
            num_times: Int, terms for each example.
        """

        def term(x, place, y):
            value = self.compute_bound_term(x, place, y, num_steps=num_steps)
            return value + self.compute_last_log_prob(x, y)

        return self.compute_mean_term(term, x, y, num_times)

    def compute_bound_term(self, x, place, y=None, *, num_steps, **options):
        """A term of the bound, `(batch,)`: their mean over places is its part.

        Args:
            x: Tensor `(batch, *data_shape)`.
            place: Tensor `(batch,)`, uniform on [0, 1): which term.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: Int or `None`.
            **options: See `compute_output`.
        """
        raise NotImplementedError

    def compute_last_log_prob(self, x, y=None):
        """The part of the bound that is no such mean, `(batch,)`; here 0.

        It is left out of the loss.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
        """
        return ops.zeros(ops.shape(x)[:1], dtype=x.dtype)

    def compute_sample(self, num_samples_or_labels, **options):
        """New data, `(num_samples, *data_shape)`.

        Args:
            num_samples_or_labels: Int, or labels `(num_samples,)` if the model
                is conditional.
            **options: What `compute_inpaint` takes besides.
        """
        rows, y = self.split_rows(num_samples_or_labels)
        x = ops.full(
            (rows, *self.data_shape),
            self.data_range[0],
            dtype=self.variable_dtype,
        )
        unknown = ops.ones_like(x, dtype="bool")
        return self.compute_inpaint(x, unknown, y, **options)

    # --- training ---------------------------------------------------------

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """The negative bound, by one of its terms: `(batch,)`, nats."""
        place = self.compute_times(ops.shape(x)[0])
        return -self.compute_bound_term(
            x,
            place,
            y,
            num_steps=None,
            network=network,
            keep=self.hide_labels(place, y, training),
            training=training,
        )

    # --- verbs ------------------------------------------------------------

    def sample(
        self,
        num_samples,
        *,
        labels=None,
        num_steps=None,
        guidance=0.0,
        return_path=False,
        **kwargs,
    ):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn evenly if missing.
            num_steps: Optional int >= 1, calls of the network. Defaults to what
                suits the model; more are slower, and nearer to the model.
            guidance: Float >= 0, of a conditional model: w of classifier-free
                guidance, (1 + w) times the parameters with the label minus w
                times those without. With 0, the default, there is none.
            return_path: Bool. Whether to return the whole way.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32; with `return_path`
            `(num_samples, num_steps + 1, *data_shape)`: what was seen before
            the first step and after each.

        Raises:
            ValueError: If an argument is out of range.
        """
        options = {"guidance": self.check_guidance(guidance)}
        if num_steps is not None:
            options["num_steps"] = check_count("num_steps", num_steps)
        if return_path:
            options["return_path"] = True
        return super().sample(num_samples, labels=labels, **options, **kwargs)

    def elbo(
        self,
        x,
        y=None,
        *,
        num_steps=None,
        num_times=32,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Evidence lower bound of log p(x), estimated.

        Args:
            x: Array `(n, *data_shape)` of levels.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            num_steps: Optional int >= 1: the bound of draws in so many steps.
                By default that of as many as the model can make use of.
            num_times: Int >= 1, terms of the bound for each example.
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        if num_steps is not None:
            num_steps = check_count("num_steps", num_steps)
        return run_in_batches(
            self,
            "compute_elbo",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_steps=num_steps,
            num_times=check_count("num_times", num_times),
        )

    def inpaint(
        self,
        x,
        mask,
        *,
        y=None,
        num_steps=None,
        guidance=0.0,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Draw some values anew, given the others.

        Args:
            x: Array `(n, *data_shape)` of levels.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            y: Labels `(n,)`, if the model is conditional.
            num_steps: See `sample`.
            guidance: See `sample`.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`, equal to it where the mask is false.

        Raises:
            ValueError: If the mask is not of bools or does not fit, or an
                argument is out of range.
        """
        if num_steps is not None:
            num_steps = check_count("num_steps", num_steps)
        return self.draw_masked(
            x,
            mask,
            y,
            seed=seed,
            batch_size=batch_size,
            verbose=verbose,
            num_steps=num_steps,
            guidance=self.check_guidance(guidance),
        )

    def check_data(self, x, name="x"):
        """As for every model; the values must be levels of the output."""
        x = super().check_data(x, name)
        self.output_distribution.check(x, name)
        return x
