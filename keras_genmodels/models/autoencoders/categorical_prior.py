"""Independent categorical distributions, one for each position of a code.

    p(c) = product over positions i of (n_i,c_i + 1) / (n + K),

where n_i,k is how often position i had code k in n examples, and K the number
of codes: maximum likelihood but for the one, Laplace's rule, which leaves
nothing impossible. Before it has seen data it is uniform.
"""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.training import run_in_batches


@keras.saving.register_keras_serializable("keras_genmodels")
class CategoricalPrior(GenerativeModel):
    """Independent categorical distributions of integer codes.

    Args:
        code_shape: Tuple of ints, the positions.
        num_embeddings: Int >= 1. Codes are 0 to `num_embeddings - 1`.
        seed: Optional int for the noise.

    Example:
        >>> prior = CategoricalPrior((4, 4), num_embeddings=64)
        >>> prior.fit(vq_vae.encode(x_train))
        >>> prior.log_prob(vq_vae.encode(x_test)).shape
        (360,)
    """

    def __init__(self, code_shape, num_embeddings, *, seed=None, **kwargs):
        num_embeddings = check_count("num_embeddings", num_embeddings)
        super().__init__(
            code_shape, data_range=(0, num_embeddings - 1), seed=seed, **kwargs
        )
        self.num_embeddings = num_embeddings
        self.counts = self.add_weight(
            name="counts",
            shape=(*self.data_shape, num_embeddings),
            initializer="zeros",
            trainable=False,
        )
        self.built = True

    def compute_log_probabilities(self):
        """log p of each code at each position, `(*code_shape, K)`."""
        ones = self.counts.value + 1
        return ops.log(ones / ops.sum(ones, axis=-1, keepdims=True))

    def compute_log_prob(self, x):
        """log p in nats, `(batch,)`, of codes `(batch, *code_shape)`."""
        chosen = ops.one_hot(
            ops.cast(x, "int32"), self.num_embeddings, dtype=self.variable_dtype
        )
        return sum_per_example(chosen * self.compute_log_probabilities())

    def compute_sample(self, num_samples):
        """Codes, `(num_samples, *code_shape)`, as floats."""
        codes = keras.random.categorical(
            ops.reshape(
                self.compute_log_probabilities(), (-1, self.num_embeddings)
            ),
            num_samples,
            seed=self.seed_generator,
        )
        codes = ops.reshape(
            ops.transpose(codes), (num_samples, *self.data_shape)
        )
        return ops.cast(codes, self.variable_dtype)

    def fit(self, x):
        """Count codes, instead of those counted before. Needs no `compile`.

        Args:
            x: Array `(n, *code_shape)` of whole numbers.

        Raises:
            ValueError: If they are not codes.
        """
        codes = self.check_data(x, "codes").astype("int64")
        k = self.num_embeddings
        rows = codes.reshape(len(codes), -1)
        # One range of numbers for each position.
        ranges = rows + k * np.arange(rows.shape[1])
        counts = np.bincount(ranges.ravel(), minlength=k * rows.shape[1])
        self.counts.assign(counts.reshape(self.counts.shape))

    def log_prob(self, x, *, batch_size=256, verbose=0):
        """Log probability of codes.

        Args:
            x: Array `(n, *code_shape)` of whole numbers.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        return run_in_batches(
            self,
            "compute_log_prob",
            (self.check_data(x, "codes"),),
            batch_size=batch_size,
            verbose=verbose,
        )

    def check_data(self, x, name="x"):
        """As for every model; the values must be whole."""
        x = super().check_data(x, name)
        if not np.array_equal(x, np.rint(x)):
            raise ValueError(
                f"Expected whole numbers. Received: {name} with fractions"
            )
        return x

    def get_config(self):
        return {
            **super().get_config(),
            "code_shape": list(self.data_shape),
            "num_embeddings": self.num_embeddings,
            "seed": self.seed,
        }
