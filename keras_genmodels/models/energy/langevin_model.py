"""What models share that draw by Langevin dynamics."""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.models.energy.chain_model import ChainModel
from keras_genmodels.models.energy.langevin import langevin_chain


class LangevinModel(ChainModel):
    """A model of the score, the gradient of log p(x).

    A subclass defines `compute_score(x)`, or of `(x, y)` if it is conditional.

    Args:
        data_shape: Tuple of ints.
        step_size: Float > 0, eta of the chains.
        data_range: `(low, high)`, which chains do not leave, or `None`.
        **kwargs: Arguments of `GenerativeModel`.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(self, data_shape, *, step_size, data_range=None, **kwargs):
        if data_range is not None:
            data_range = tuple(map(float, data_range))
        super().__init__(data_shape, data_range=data_range, **kwargs)
        self.step_size = check_step_size(step_size)

    # --- the model, of tensors --------------------------------------------

    def compute_noise(self, num_samples):
        """Where chains begin, `(num_samples, *data_shape)`.

        Evenly spread over the range of the data; without one, standard normal.
        """
        shape = (num_samples, *self.data_shape)
        options = {"dtype": self.variable_dtype, "seed": self.seed_generator}
        if self.data_range is None:
            return keras.random.normal(shape, **options)
        return keras.random.uniform(shape, *self.data_range, **options)

    def compute_chain(
        self, x, y=None, *, num_steps, step_size, energy=None, **kwargs
    ):
        """Langevin dynamics: see `langevin.langevin_chain`."""
        labels = () if y is None else (y,)
        return langevin_chain(
            lambda x: self.compute_score(x, *labels),
            x,
            self.seed_generator,
            num_steps=num_steps,
            step_size=step_size,
            energy=energy and (lambda x: energy(x, *labels)),
            data_range=self.data_range,
            **kwargs,
        )

    def compute_inpaint(self, x, mask, y=None, *, num_steps, step_size):
        """Some values drawn anew, given the others: a tensor like `x`."""
        x = ops.where(mask, self.compute_noise(ops.shape(x)[0]), x)
        options = {"num_steps": num_steps, "step_size": step_size}
        return self.compute_chain(x, y, unknown=mask, **options)[0]

    # --- verbs ------------------------------------------------------------

    def score(self, x, y=None, *, batch_size=256, verbose=0):
        """The gradient of log p(x), which does not depend on Z.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`.
        """
        return self.in_batches(
            "compute_score", x, y, batch_size=batch_size, verbose=verbose
        )

    def inpaint(
        self,
        x,
        mask,
        *,
        y=None,
        num_steps=500,
        step_size=None,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Draw some values anew, given the others.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            y: Labels `(n,)`, if the model is conditional.
            num_steps: Int >= 1, steps of Langevin dynamics from noise.
            step_size: Float > 0. Defaults to the model's.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`, equal to it where the mask is false.

        Raises:
            ValueError: If the mask is not of bools or does not fit, or an
                argument is out of range.
        """
        if step_size is None:
            step_size = self.step_size
        return self.draw_masked(
            x,
            mask,
            y,
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_steps=check_count("num_steps", num_steps),
            step_size=check_step_size(step_size),
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "data_range": self.data_range,
            "step_size": self.step_size,
            "seed": self.seed,
        }


def chosen_network(network, data_shape, *, dense, conv):
    """A network for `from_shape`.

    Args:
        network: `"dense"`, or `"conv"` for images.
        data_shape: `(d,)` or `(height, width, channels)`.
        dense: Function without arguments that makes the first.
        conv: Function without arguments that makes the second.

    Raises:
        ValueError: If there is no such network for the data.
    """
    if network == "dense":
        return dense()
    if network == "conv" and len(data_shape) == 3:
        return conv()
    raise ValueError(
        'Expected `network` to be "dense", or "conv" for images (height, '
        f"width, channels). Received: network={network!r}, "
        f"data_shape={data_shape}"
    )


def check_step_size(step_size):
    """The argument as a float, if it is above 0."""
    if not 0 < step_size < math.inf:
        raise ValueError(
            f"Expected `step_size` above 0. Received: step_size={step_size}"
        )
    return float(step_size)
