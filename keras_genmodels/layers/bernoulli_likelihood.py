"""Binary data given the log odds that a network computes."""

import keras
from keras import ops

from keras_genmodels.distributions import bernoulli_log_prob


@keras.saving.register_keras_serializable("keras_genmodels")
class BernoulliLikelihood(keras.layers.Layer):
    """Independent binary values; the decoder's outputs are log odds.

    Data between 0 and 1 are admitted and read as the probability that the
    value is 1: see `keras_genmodels.distributions.bernoulli_log_prob`.
    """

    data_range = (0.0, 1.0)

    def log_prob(self, x, decoded):
        """log p(x | z) in nats, `(batch,)`; both arguments `(batch, ...)`."""
        return bernoulli_log_prob(x, decoded)

    def mean(self, decoded):
        """Mean of p(x | z): probabilities, shaped like `decoded`."""
        return ops.sigmoid(decoded)

    def draw(self, decoded, seed):
        """Zeros and ones drawn from p(x | z), shaped like `decoded`."""
        uniform = keras.random.uniform(
            ops.shape(decoded), dtype=decoded.dtype, seed=seed
        )
        return ops.cast(uniform < ops.sigmoid(decoded), decoded.dtype)
