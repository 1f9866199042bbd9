"""Glow: couplings of channels, mixed by learned matrices.

A step normalises each channel, multiplies the channels of each pixel by one
matrix, and moves one half of them by an affine coupling that sees the other,

    z = coupling(W (x + shift) exp(log_scale)).

The matrix generalises the permutations between the couplings of RealNVP. Its
log determinant costs nothing, since it is learned as a product of triangular
matrices. Pixels become channels at each scale, and half of them leave; the
last coupling of a scale moves just those, given the rest, so their learned
prior is part of it.

Vectors are images of one pixel. Where there is a single channel, because the
sides are odd and cannot be halved, every second pixel stays in place of half
of the channels.

Reference: Kingma & Dhariwal, 2018, https://arxiv.org/abs/1807.03039, table 1
and figure 2.
"""

import keras

from keras_genmodels.bijections.act_norm import ActNorm
from keras_genmodels.bijections.affine_map import AffineMap
from keras_genmodels.bijections.invertible_linear import InvertibleLinear
from keras_genmodels.models.flows.built_flow import BuiltFlow
from keras_genmodels.models.flows.coupling_steps import CouplingSteps
from keras_genmodels.models.flows.coupling_steps import check_sizes
from keras_genmodels.models.flows.coupling_steps import multi_scale


@keras.saving.register_keras_serializable("keras_genmodels")
class Glow(BuiltFlow):
    """Normalising flow of affine couplings and learned matrices.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`, of any size.
        num_steps: Int >= 1, steps at each scale. Defaults to 8.
        num_scales: Int >= 1, of images: how often at most their sides are
            halved, less one, while they are even. Defaults to 3.
        hidden_units: Ints, of the networks of vectors. Defaults to (128, 128).
        filters: Int >= 1, of the networks of images. Defaults to 32.
        num_blocks: Int >= 0, residual blocks of these. Defaults to 1.
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
        >>> flow = Glow.from_shape((28, 28, 1), num_levels=256)
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=10)
        >>> flow.importance_log_prob(x_test, num_samples=64).shape
        (10000,)

    Reference:
        [Kingma & Dhariwal, 2018](https://arxiv.org/abs/1807.03039).
    """

    def __init__(
        self,
        data_shape,
        *,
        num_steps=8,
        num_scales=3,
        hidden_units=(128, 128),
        filters=32,
        num_blocks=1,
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
        super().__init__(
            mixed_couplings(AffineMap, data_shape, num_classes, **sizes),
            data_shape,
            sizes=sizes,
            data_range=data_range,
            num_classes=num_classes,
            **kwargs,
        )


def mixed_couplings(
    make_map,
    data_shape,
    num_classes,
    *,
    num_steps,
    num_scales,
    hidden_units,
    filters,
    num_blocks,
):
    """Glow's maps, with any in its couplings: a list.

    Args:
        make_map: Function that returns an `ElementwiseMap`.
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        num_steps: As for `Glow`, like all that follow.
        num_scales: As for `Glow`.
        hidden_units: As for `Glow`.
        filters: As for `Glow`.
        num_blocks: As for `Glow`.
    """
    couplings = CouplingSteps(
        make_map, num_classes, hidden_units, filters, num_blocks
    )

    def steps(shape):
        *sides, channels = shape
        parts = []
        for i in range(num_steps):
            parts.append(ActNorm(channels))
            if channels > 1:
                parts.append(InvertibleLinear(channels, seed=i))
            if channels > 1 or sides in ([], [1, 1]):
                parts.append(couplings.channels(shape))
            else:
                parts.append(couplings.checkerboard(shape, i))
        return parts

    if len(data_shape) == 1:
        return steps(data_shape)

    def before(shape):
        return []

    return [multi_scale(data_shape, num_scales, before, steps, steps)]
