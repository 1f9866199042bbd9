"""The likelihoods that have a name, and what they ask of their surroundings."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.data_checks import first_batch
from keras_genmodels._internal.output_activation import warn_unless_linear
from keras_genmodels.layers.bernoulli_likelihood import BernoulliLikelihood
from keras_genmodels.layers.normal_likelihood import NormalLikelihood

LIKELIHOODS = {"bernoulli": BernoulliLikelihood, "normal": NormalLikelihood}

# Root mean square of data from which on VAEs of usual networks overflowed: the
# encoder's log variances are as large as its inputs, and it is their
# exponential that counts. At 20 none did, at 30 one of three.
LARGEST_SIZE = 20.0


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


def warn_of_decoder(decoder, likelihood):
    """Warn if a decoder cannot give all log odds of binary data.

    Args:
        decoder: `keras.Model`.
        likelihood: Layer.
    """
    if isinstance(likelihood, BernoulliLikelihood):
        warn_unless_linear("decoder", decoder, "log odds")


def check_size(x, encoder, likelihood):
    """Refuse real data of a size that networks cannot begin with.

    Args:
        x: What `fit` gets: an array, or a data set, of which the first batch is
            looked at.
        encoder: `keras.Model` of the data. With a `Normalization` or a
            `Rescaling` in it, it takes data of any size.
        likelihood: Layer. What it has is not checked here if it is not a
            `NormalLikelihood`: others have a range.

    Raises:
        ValueError: If the root mean square of `x` is above 20, or its standard
            deviation so small that the scale that is learned could not follow.
    """
    rescaling = (keras.layers.Normalization, keras.layers.Rescaling)
    if not isinstance(likelihood, NormalLikelihood) or any(
        isinstance(layer, rescaling) for layer in encoder.layers
    ):
        return
    if not hasattr(x, "shape"):
        batch = None if isinstance(x, (list, tuple, dict)) else first_batch(x)
        if batch is None:
            return
        x = batch[0]
    x = ops.convert_to_numpy(x)
    if not x.size or x.dtype.kind not in "fiu" or not np.isfinite(x).all():
        return  # refused for that by the checks that all models make
    size = np.sqrt(np.mean(np.square(x, dtype="float64")))
    spread = np.sqrt(np.mean(np.var(x, axis=0, dtype="float64")))
    least = 10 * likelihood.least_scale if likelihood.scale == "learned" else 0
    # What is constant has a spread as large as its rounding errors.
    if size > LARGEST_SIZE or 1e-6 * size < spread < least:
        raise ValueError(
            "Expected values of a size of about 1, that of the outputs of a "
            "new network: `x, inverse = kgm.datasets.standardize(x)` makes "
            "them so, as does a `keras.layers.Normalization` at the beginning "
            f"of the encoder. Received: x with root mean square {size:.3g} "
            f"and standard deviation {spread:.3g}"
        )
