"""What models of energies share: chains, and the verbs that need no Z."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.masks import check_mask
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.training import run_in_batches


class EnergyModel(GenerativeModel):
    """A model of -log p but for a constant, log Z.

    A subclass defines `compute_energy(x)`, `compute_inpaint(x, mask, ...)`, and
    the weight `chains`, `(num_chains, ...)`.
    """

    def compute_starts(self, num_samples):
        """The states of so many chains, drawn at random."""
        rows = keras.random.randint(
            (num_samples,), 0, self.num_chains, seed=self.seed_generator
        )
        return ops.take(self.chains.value, rows, axis=0)

    def energy(self, x, *, batch_size=256, verbose=0):
        """-log p(x) but for a constant, log Z.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        return self.in_batches("compute_energy", x, batch_size, verbose)

    def in_batches(self, method, x, batch_size, verbose):
        """What a method of tensors makes of data, after a check of these."""
        return run_in_batches(
            self,
            method,
            self.check_inputs(x),
            batch_size=batch_size,
            verbose=verbose,
        )

    def draw_masked(self, x, mask, **kwargs):
        """What `inpaint` does with its arguments, by `compute_inpaint`.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`.
            **kwargs: Of `run_in_batches`, and of `compute_inpaint`.

        Returns:
            Array like `x`, equal to it where the mask is false.
        """
        x = self.check_data(x)
        mask = check_mask(mask, x.shape)
        drawn = run_in_batches(self, "compute_inpaint", (x, mask), **kwargs)
        return np.where(mask, drawn, x)
