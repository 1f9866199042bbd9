"""Masked autoregressive flow (MAF).

Each value is shifted and scaled by what a masked network makes of the values
before it,

    z_i = x_i exp(s_i) + t_i,    s_i, t_i functions of x_1, ..., x_{i-1},

and several such maps follow on each other, every second one in the reverse
order. The density takes one pass through each. So it is an autoregressive model
with normal conditionals whose noise is modelled by the next such model.

The way back has to solve for x. It is done by renewing all values at once until
none moves, which takes as many passes as there are values at the latest, and
mostly far fewer: `sample(return_passes=True)` counts them.

Reference: Papamakarios et al., 2017, https://arxiv.org/abs/1705.07057, eq. 1-4.
"""

import keras

from keras_genmodels.bijections.act_norm import ActNorm
from keras_genmodels.bijections.affine_map import AffineMap
from keras_genmodels.bijections.masked_autoregression import (
    MaskedAutoregression,
)
from keras_genmodels.models.flows.built_flow import BuiltFlow
from keras_genmodels.models.flows.coupling_steps import check_sizes


@keras.saving.register_keras_serializable("keras_genmodels")
class MAF(BuiltFlow):
    """Normalising flow of autoregressive shifts and scales.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`, of any size.
        num_steps: Int >= 1, autoregressive maps. Defaults to 5.
        hidden_units: Ints, of each map's network. Defaults to (128, 128).
        tolerance: Float >= 0, when a value counts as settled on the way back:
            see `bijections.MaskedAutoregression`. Defaults to 1e-6.
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
        >>> flow = MAF.from_shape((2,))
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=50)
        >>> x, passes = flow.sample(16, return_passes=True)

    Reference:
        [Papamakarios et al., 2017](https://arxiv.org/abs/1705.07057).
    """

    def __init__(
        self,
        data_shape,
        *,
        num_steps=5,
        hidden_units=(128, 128),
        tolerance=1e-6,
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
        super().__init__(
            autoregressions(
                AffineMap,
                data_shape,
                num_classes,
                tolerance=tolerance,
                **sizes,
            ),
            data_shape,
            sizes=sizes,
            data_range=data_range,
            num_classes=num_classes,
            **kwargs,
        )
        self.tolerance = float(tolerance)

    def get_config(self):
        return {**super().get_config(), "tolerance": self.tolerance}


def autoregressions(
    make_map,
    data_shape,
    num_classes,
    *,
    num_steps,
    hidden_units,
    tolerance,
):
    """MAF's maps, with any in its steps: a list.

    Args:
        make_map: Function that returns an `ElementwiseMap`.
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        num_steps: As for `MAF`, like all that follow.
        hidden_units: As for `MAF`.
        tolerance: As for `MAF`.
    """
    parts = []
    for i in range(num_steps):
        step = MaskedAutoregression(
            make_map(),
            data_shape,
            hidden_units=hidden_units,
            reverse=i % 2 == 1,
            num_classes=num_classes,
            tolerance=tolerance,
        )
        parts += [ActNorm(data_shape[-1]), step]
    return parts
