"""Real data given the means that a network computes."""

import math
import numbers

import keras
from keras import ops

from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.distributions import normal_log_prob


@keras.saving.register_keras_serializable("keras_genmodels")
class NormalLikelihood(FixedSettings, keras.layers.Layer):
    """Independent normal values; the decoder's outputs are their means.

    Args:
        scale: Their common standard deviation: a float > 0, or `"learned"`,
            the default, for one number trained with the networks.
        least_scale: Float > 0, the smallest scale that is learned. Data that
            the decoder gives back exactly, such as constant ones, would drive
            it to 0, and their density to infinity. Defaults to 1e-4, far above
            the rounding errors of a network's outputs of size 1.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        The learned scale: [Rybkin et al., 2021](https://arxiv.org/abs/2006.13202).
    """

    data_range = None

    def __init__(self, scale="learned", *, least_scale=1e-4, **kwargs):
        if scale != "learned" and not (
            isinstance(scale, numbers.Real) and 0 < scale < math.inf
        ):
            raise ValueError(
                'Expected `scale` to be "learned" or a float > 0. '
                f"Received: scale={scale!r}"
            )
        if not 0 < least_scale <= 1:
            raise ValueError(
                "Expected `least_scale` to be in (0, 1], as a learned scale "
                f"begins at 1. Received: least_scale={least_scale!r}"
            )
        super().__init__(**kwargs)
        self.least_scale = float(least_scale)
        learned = scale == "learned"
        self.scale = scale if learned else float(scale)
        self.log_scale = self.add_weight(
            name="log_scale",
            initializer=keras.initializers.Constant(
                0.0 if learned else math.log(scale)
            ),
            trainable=learned,
            constraint=self._project if learned else None,
        )

    def log_prob(self, x, decoded):
        """log p(x | z) in nats, `(batch,)`; both arguments `(batch, ...)`."""
        return normal_log_prob(x, decoded, self.log_scale.value)

    def mean(self, decoded):
        """Mean of p(x | z), shaped like `decoded`."""
        return decoded

    def draw(self, decoded, seed):
        """Values drawn from p(x | z), shaped like `decoded`."""
        noise = keras.random.normal(
            ops.shape(decoded), dtype=decoded.dtype, seed=seed
        )
        return decoded + ops.exp(self.log_scale.value) * noise

    def get_config(self):
        return {
            **super().get_config(),
            "scale": self.scale,
            "least_scale": self.least_scale,
        }

    def _project(self, log_scale):
        # After each step: to clip in `log_prob` would stop the gradient.
        return ops.maximum(log_scale, math.log(self.least_scale))
