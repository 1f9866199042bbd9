"""Neural spline flow (NSF).

Couplings and autoregressive maps shift and scale: a straight line for each
value. Here the line is a curve through knots, a rational-quadratic spline whose
places and slopes a network gives,

    z_i = spline(x_i; widths, heights, slopes).

It rises, so it has an inverse, in closed form; it bends, so that one step can
pull apart what lies together, as no straight line can. All else is as in Glow
(couplings with learned matrices between them) or as in MAF (autoregressive).

Outside of [-bound, bound] the curve is the identity: data should be
standardised, as the first step does by the first batch.

Reference: Durkan et al., 2019, https://arxiv.org/abs/1906.04032, section 3.
"""

import functools

import keras

from keras_genmodels.bijections.spline_map import SplineMap
from keras_genmodels.models.flows.built_flow import BuiltFlow
from keras_genmodels.models.flows.coupling_steps import check_sizes
from keras_genmodels.models.flows.glow import mixed_couplings
from keras_genmodels.models.flows.maf import autoregressions


@keras.saving.register_keras_serializable("keras_genmodels")
class NeuralSplineFlow(BuiltFlow):
    """Normalising flow of splines.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`, of any size.
        autoregressive: Bool. Whether each value's spline depends on all values
            before it: denser, but drawing takes many passes. Defaults to
            `False`, couplings.
        num_steps: Int >= 1, of couplings at each scale. Defaults to 5.
        num_bins: Int >= 1, pieces of each spline. Defaults to 8.
        bound: Float > 0. Defaults to 5.
        num_scales: Int >= 1, of couplings of images; see `Glow`. Defaults to 3.
        hidden_units: Ints, of the networks of vectors, and of all that are
            autoregressive. Defaults to (128, 128).
        filters: Int >= 1, of the networks of images. Defaults to 32.
        num_blocks: Int >= 0, residual blocks of these. Defaults to 1.
        tolerance: Float >= 0, of the autoregressive inverse; see `MAF`.
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
        >>> flow = NeuralSplineFlow.from_shape((2,))
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=50)
        >>> flow.log_prob(x_test).shape  # nats, exact
        (360,)

    Reference:
        [Durkan et al., 2019](https://arxiv.org/abs/1906.04032).
    """

    def __init__(
        self,
        data_shape,
        *,
        autoregressive=False,
        num_steps=5,
        num_bins=8,
        bound=5.0,
        num_scales=3,
        hidden_units=(128, 128),
        filters=32,
        num_blocks=1,
        tolerance=1e-6,
        data_range="auto",
        num_classes=None,
        **kwargs,
    ):
        data_shape, num_classes, sizes = check_sizes(
            data_shape,
            num_classes,
            num_steps=num_steps,
            num_scales=num_scales,
            hidden_units=hidden_units,
            filters=filters,
            num_blocks=num_blocks,
        )
        arguments = (
            functools.partial(SplineMap, num_bins, bound=bound),
            data_shape,
            num_classes,
        )
        if autoregressive:
            parts = autoregressions(
                *arguments,
                num_steps=sizes["num_steps"],
                hidden_units=sizes["hidden_units"],
                tolerance=tolerance,
            )
        else:
            parts = mixed_couplings(*arguments, **sizes)
        super().__init__(
            parts,
            data_shape,
            sizes=sizes,
            data_range=data_range,
            num_classes=num_classes,
            **kwargs,
        )
        self.autoregressive = bool(autoregressive)
        self.num_bins = int(num_bins)
        self.bound = float(bound)
        self.tolerance = float(tolerance)

    def get_config(self):
        return {
            **super().get_config(),
            "autoregressive": self.autoregressive,
            "num_bins": self.num_bins,
            "bound": self.bound,
            "tolerance": self.tolerance,
        }
