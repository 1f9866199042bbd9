"""One of many ordered levels, given the values before it."""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput
from keras_genmodels.layers.autoregressive_output import draw_category

# Bounds of the logarithms of scales. Black and white images would have them
# grow without end, as constant ones would have them shrink.
LEAST_LOG_SCALE = -7.0
MOST_LOG_SCALE = 7.0


@keras.saving.register_keras_serializable("keras_genmodels")
class LogisticMixtureOutput(AutoregressiveOutput):
    """A mixture of logistic distributions, each integrated around the levels.

    On the scale on which the lowest level is -1 and the highest 1, a level has
    the mixture's mass between the midpoints to its neighbours; the lowest and
    the highest have all mass beyond. For each value, the network's outputs are
    K log odds, K means and K logarithms of scales. For ordered levels this
    needs far fewer outputs than a `CategoricalOutput`, and knows that
    neighbours are alike.

    Simplified: in the paper the three colours of a pixel share the mixture's
    component, and their means depend linearly on each other. Here a colour
    depends on those before it through the network, as on any earlier value.

    Args:
        num_levels: Int >= 2. Defaults to 256.
        num_components: Int >= 1, K. Defaults to 5.
        **kwargs: `data_range`; see `AutoregressiveOutput`.

    Reference:
        [Salimans et al., 2017](https://arxiv.org/abs/1701.05517), eq. 2.
    """

    num_noise = 2

    def __init__(self, num_levels=256, *, num_components=5, **kwargs):
        super().__init__(num_levels, **kwargs)
        self.num_components = check_count("num_components", num_components)
        self.num_parameters = 3 * self.num_components

    def log_prob(self, x, parameters):
        logits, means, log_scales = self._split(parameters)
        levels = ops.round(self.levels(x))[..., None]
        centred = 2 * levels / (self.num_levels - 1) - 1 - means
        half = 1 / (self.num_levels - 1)
        upper = (centred + half) * ops.exp(-log_scales)
        lower = (centred - half) * ops.exp(-log_scales)
        # log(F(upper) - F(lower)) of F(u) = 1 / (1 + exp(-u)), without the
        # difference of two numbers that may both round to one:
        # F(b) - F(a) = F(b) F(-a) (1 - exp(a - b)).
        width = 2 * half * ops.exp(-log_scales)
        inside = (
            ops.log_sigmoid(upper)
            + ops.log_sigmoid(-lower)
            + ops.log(-ops.expm1(-width))
        )
        highest = levels >= self.num_levels - 1
        edge = ops.where(highest, ops.log_sigmoid(-lower), inside)
        edge = ops.where(levels <= 0, ops.log_sigmoid(upper), edge)
        return ops.logsumexp(ops.log_softmax(logits, axis=-1) + edge, axis=-1)

    def draw(self, parameters, noise):
        logits, means, log_scales = self._split(parameters)
        component = ops.one_hot(
            draw_category(logits, noise[..., :1]),
            self.num_components,
            dtype=parameters.dtype,
        )
        mean = ops.sum(component * means, axis=-1)
        scale = ops.exp(ops.sum(component * log_scales, axis=-1))
        uniform = ops.clip(noise[..., 1], 1e-7, 1 - 1e-7)
        value = mean + scale * (ops.log(uniform) - ops.log1p(-uniform))
        level = ops.round((value + 1) * ((self.num_levels - 1) / 2))
        return self.values(ops.clip(level, 0, self.num_levels - 1))

    def _split(self, parameters):
        logits, means, log_scales = ops.split(parameters, 3, axis=-1)
        # Zero outputs: means spread evenly, scales that cover the range.
        k = self.num_components
        start = [(2 * i + 1) / k - 1 for i in range(k)]
        means = means + ops.convert_to_tensor(start, dtype=means.dtype)
        log_scales = ops.clip(
            log_scales - math.log(k), LEAST_LOG_SCALE, MOST_LOG_SCALE
        )
        return logits, means, log_scales

    def get_config(self):
        return {**super().get_config(), "num_components": self.num_components}
