"""Continuous normalising flow.

In place of a chain of maps, one that is carried out little by little: data move
with a velocity v(x_t, t), given by a network, from t = 0 to noise at t = 1,

    dx_t / dt = v(x_t, t),
    log p(x) = log N(x_1; 0, I) + int_0^1 div v(x_t, t) dt.

Any smooth network will do: nothing in it has to be invertible, and no values
have to be kept. The price is the way, a few steps of Runge and Kutta's method
each time, and in training its gradient. `FlowMatching` learns such a field by
regression, without walking; here it is learned by the likelihood itself.

Reference: Chen et al., 2018, https://arxiv.org/abs/1806.07366, eq. 8; Grathwohl
et al., 2019, https://arxiv.org/abs/1810.01367, algorithm 1.
"""

import keras

from keras_genmodels.bijections.act_norm import ActNorm
from keras_genmodels.bijections.neural_ode import NeuralODE
from keras_genmodels.models.flows.built_flow import BuiltFlow
from keras_genmodels.models.flows.coupling_steps import check_sizes
from keras_genmodels.networks.time_mlp import time_mlp


@keras.saving.register_keras_serializable("keras_genmodels")
class ContinuousFlow(BuiltFlow):
    """Normalising flow along a learned velocity field.

    Densities are exact but for the error of the steps. Each evaluation takes
    one gradient for each value; training, of more than eight values, one.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`, of any size.
        num_steps: Int >= 1, of Runge and Kutta's method. Defaults to 8.
        hidden_units: Ints, of the network. Defaults to (64, 64, 64).
        data_range: `(low, high)`, which a logit takes to the real line; `None`
            for real numbers. Defaults to (0, 1) for images and for levels,
            `None` for other vectors.
        **kwargs: `margin` of the logit: see `bijections.Logit`; `num_levels`,
            `num_classes` and `seed`: see `FlowModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The noise z, a tensor like `x`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> flow = ContinuousFlow.from_shape((2,))
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=50)
        >>> flow.log_prob(x_test).shape
        (360,)

    Reference:
        [Chen et al., 2018](https://arxiv.org/abs/1806.07366);
        [Grathwohl et al., 2019](https://arxiv.org/abs/1810.01367).
    """

    def __init__(
        self,
        data_shape,
        *,
        num_steps=8,
        hidden_units=(64, 64, 64),
        data_range="auto",
        num_classes=None,
        **kwargs,
    ):
        data_shape, num_classes, sizes = check_sizes(
            data_shape,
            num_classes,
            num_steps=num_steps,
            hidden_units=hidden_units,
        )
        network = time_mlp(
            data_shape,
            num_classes=num_classes,
            hidden_units=sizes["hidden_units"],
            num_times=1,
        )
        super().__init__(
            [ActNorm(data_shape[-1]), NeuralODE(network, sizes["num_steps"])],
            data_shape,
            sizes=sizes,
            data_range=data_range,
            num_classes=num_classes,
            **kwargs,
        )
