"""What models of energies share: chains that are kept, and a verb without Z."""

import keras
from keras import ops

from keras_genmodels.models.energy.chain_model import ChainModel


class EnergyModel(ChainModel):
    """A model of -log p but for a constant, log Z.

    A subclass defines `compute_energy(x)` and the weight `chains`,
    `(num_chains, ...)`.
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
        return self.in_batches(
            "compute_energy", x, None, batch_size=batch_size, verbose=verbose
        )
