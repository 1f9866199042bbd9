"""The flow of a velocity field, a bijection without layers.

Particles move for a time of 1 with a velocity that a network makes of the place
and the time,

    dx_t / dt = v(x_t, t),    z = x_1,    log |det dz/dx| = int_0^1 div v dt.

No network could be made that two of them meet in one point, so the map can be
undone: by going back. Runge and Kutta's method of order 4 goes the way in a few
steps of equal length, the same for all data; forth and back differ by its
error.

The divergence is the trace of a Jacobian J. It is computed exactly, by one
gradient for each value, or in training, of many values, estimated without bias
by one: e^T J e, with e of random signs (Hutchinson).

Reference: Chen et al., 2018, https://arxiv.org/abs/1806.07366, eq. 8; the
estimate: Grathwohl et al., 2019, https://arxiv.org/abs/1810.01367, eq. 7.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.bijection import no_change
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.training import input_gradient

MOST_EXACT = 8  # values whose trace is exact in training too


@keras.saving.register_keras_serializable("keras_genmodels")
class NeuralODE(Bijection):
    """A map along a velocity field.

    Args:
        network: Built `keras.Model` of a list: places `(batch, *data_shape)`,
            times `(batch, 1)` in [0, 1], and one-hot labels, if there are any;
            to velocities `(batch, *data_shape)`. Such as
            `networks.time_mlp(data_shape, num_times=1)`, where no frequency of
            the times is too high for the steps. It must be differentiable
            twice.
        num_steps: Int >= 1, of Runge and Kutta's method, with four calls of the
            network each. Defaults to 8.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If the network does not fit.

    Reference:
        [Chen et al., 2018](https://arxiv.org/abs/1806.07366), section 4;
        [Grathwohl et al., 2019](https://arxiv.org/abs/1810.01367), section 3.1.
    """

    def __init__(self, network, num_steps=8, **kwargs):
        super().__init__(**kwargs)
        check_built("network", network)
        shapes = network.input_shape
        if not isinstance(shapes, list) or (
            tuple(shapes[0]) != tuple(network.output_shape)
            or tuple(shapes[1]) != (None, 1)
        ):
            raise ValueError(
                "Expected a network of a list, places and times (batch, 1), to "
                "velocities of the places' shape. Received: network "
                f"{shapes} -> {network.output_shape}"
            )
        self.network = network
        self.num_steps = check_count("num_steps", num_steps)
        self.num_values = math.prod(shapes[0][1:])
        self.seed_generator = keras.random.SeedGenerator()

    def forward(self, x, context=None, training=False):
        if not training or self.num_values <= MOST_EXACT:
            return self._carry(x, context, 0.0, self._exact_divergence)
        # Drawn before the way: the same signs at all times.
        uniform = keras.random.uniform(
            ops.shape(x), dtype=x.dtype, seed=self.seed_generator
        )
        signs = ops.where(uniform < 0.5, -1.0, 1.0)

        def estimate(velocity, x, t, context):
            return derivative_along(
                lambda x: velocity(x, t, context), x, ops.cast(signs, x.dtype)
            )

        return self._carry(x, context, 0.0, estimate)

    def inverse(self, z, context=None):
        return self._carry(z, context, 1.0, self._exact_divergence)

    def solve(self, z, context=None):
        def none(velocity, x, t, context):
            return no_change(x)

        x, _ = self._carry(z, context, 1.0, none)
        return x, ops.zeros((), dtype="int32")

    def _carry(self, x, context, start, divergence):
        """Where x comes from one end of the times to the other, and log det."""
        length = (1.0 - 2.0 * start) / self.num_steps

        def slopes(x, t):
            velocity = self._velocity(x, t, context)
            return velocity, divergence(self._velocity, x, t, context)

        def step(i, carried):
            x, total = carried
            t = start + length * ops.cast(i, x.dtype)
            v1, d1 = slopes(x, t)
            v2, d2 = slopes(x + 0.5 * length * v1, t + 0.5 * length)
            v3, d3 = slopes(x + 0.5 * length * v2, t + 0.5 * length)
            v4, d4 = slopes(x + length * v3, t + length)
            return (
                x + length / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4),
                total + length / 6.0 * (d1 + 2.0 * d2 + 2.0 * d3 + d4),
            )

        return ops.fori_loop(0, self.num_steps, step, (x, no_change(x)))

    def _velocity(self, x, t, context):
        times = t + ops.zeros((ops.shape(x)[0], 1), dtype=x.dtype)
        inputs = [x, times] if context is None else [x, times, context]
        return ops.cast(self.network(inputs), x.dtype)

    def _exact_divergence(self, velocity, x, t, context):
        """The derivatives along all axes, of as many copies of x."""
        count = self.num_values
        many = ops.repeat(x, count, axis=0)
        if context is not None:
            context = ops.repeat(context, count, axis=0)
        axes = np.eye(count).reshape(1, count, *x.shape[1:])
        axes = ops.convert_to_tensor(axes, dtype=x.dtype)
        axes = ops.reshape(
            axes * ops.ones_like(ops.expand_dims(x, 1)), (-1, *x.shape[1:])
        )
        slopes = derivative_along(lambda x: velocity(x, t, context), many, axes)
        return ops.sum(ops.reshape(slopes, (-1, count)), axis=1)

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
            "num_steps": self.num_steps,
        }


def derivative_along(function, x, directions):
    """e^T J e of each row, J the Jacobian of a function: `(batch,)`.

    Args:
        function: Function from a tensor like `x` to one of its shape.
        x: Tensor `(batch, ...)`.
        directions: Tensor like `x`, e.
    """

    def projected(x):
        return sum_per_example(function(x) * directions)

    return sum_per_example(input_gradient(projected, x) * directions)
