"""The verbs of latent-variable models: lower bounds of the log-likelihood."""

import math

import keras
import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import log_mean_exp
from keras_genmodels.models.autoencoders.latent_model import LatentModel
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded

# Values that `importance_log_prob` decodes at a time: 16 MB of float32.
VALUES_PER_PASS = 2**22


class BoundedModel(LatentModel):
    """A latent-variable model whose density is bounded from below.

    A subclass defines `compute_elbo(x)`, `(batch,)`, and
    `compute_log_weights(x, num_samples=)`, `(batch, num_samples)`: the
    logarithms of p(x, z) / q(z | x) for draws of z from q. If it is
    conditional, both take labels as second argument.
    """

    def compute_importance_log_prob(self, x, y=None, *, num_samples):
        """The `num_samples`-draw bound in one pass: `(batch,)`, nats."""
        log_weights = self.compute_log_weights(x, y, num_samples=num_samples)
        return log_mean_exp(log_weights, axis=1)

    def elbo(self, x, y=None, *, seed=None, batch_size=256, verbose=0):
        """Evidence lower bound of log p(x), with one draw of z per example.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats, to be maximised.
        """
        return run_in_batches(
            self,
            "compute_elbo",
            self.check_inputs(x, y),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
        )

    def importance_log_prob(
        self,
        x,
        num_samples=100,
        *,
        y=None,
        seed=None,
        batch_size=100,
        verbose=0,
    ):
        """Importance-weighted lower bound of log p(x).

        Its expectation rises with `num_samples` and approaches log p(x).
        Burda et al., [2016](https://arxiv.org/abs/1509.00519), eq. 8.

        Args:
            x: Array `(n, *data_shape)`.
            num_samples: Int >= 1, draws of z per example; 1 gives an ELBO.
                Memory does not grow with it.
            y: Labels `(n,)`, if the model is conditional: log p(x | y).
            seed: Optional int. The same seed gives the same draws.
            batch_size: Int >= 1, examples at a time.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        inputs = self.check_inputs(x, y)
        x = inputs[0]
        num_samples = check_count("num_samples", num_samples)
        batch_size = check_count("batch_size", batch_size)
        values = min(batch_size, len(x)) * math.prod(self.data_shape)
        per_pass = max(1, min(num_samples, VALUES_PER_PASS // values))
        full_passes, rest = divmod(num_samples, per_pass)
        passes = [per_pass] * full_passes + [rest] * (rest > 0)
        progress = keras.utils.Progbar(len(passes)) if verbose else None
        total = np.full(len(x), -np.inf)
        with seeded(self, seed):
            for draws in passes:
                part = run_in_batches(
                    self,
                    "compute_importance_log_prob",
                    inputs,
                    batch_size=batch_size,
                    num_samples=draws,
                )
                total = np.logaddexp(total, part + math.log(draws))
                if progress is not None:
                    progress.add(1)
        return (total - math.log(num_samples)).astype("float32")
