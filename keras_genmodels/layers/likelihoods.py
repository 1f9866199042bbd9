"""The likelihoods that have a name."""

import keras

from keras_genmodels.layers.bernoulli_likelihood import BernoulliLikelihood
from keras_genmodels.layers.normal_likelihood import NormalLikelihood

LIKELIHOODS = {"bernoulli": BernoulliLikelihood, "normal": NormalLikelihood}


def likelihood_layer(likelihood):
    """A new layer for a name; a layer as it is.

    Args:
        likelihood: `"bernoulli"`, `"normal"`, or a layer with `data_range`,
            `log_prob`, `mean` and `draw`.

    Raises:
        ValueError: If it is anything else.
    """
    if not isinstance(likelihood, keras.layers.Layer):
        if likelihood not in LIKELIHOODS:
            raise ValueError(
                f"Expected `likelihood` to be one of {list(LIKELIHOODS)} or a "
                f"layer. Received: likelihood={likelihood!r}"
            )
        likelihood = LIKELIHOODS[likelihood]()
    # Never called, so Keras would try to build it by calling the model.
    likelihood.built = True
    return likelihood
