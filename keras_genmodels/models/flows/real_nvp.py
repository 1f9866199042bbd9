"""Real-valued non-volume-preserving flow (RealNVP), and NICE.

A coupling keeps some values and shifts and scales the others by what a network
makes of the kept ones,

    z_kept = x_kept,    z_moved = x_moved exp(s(x_kept)) + t(x_kept).

Its Jacobian is triangular: the log determinant is the sum of s. It is undone
without undoing the network. Couplings that keep different values follow on each
other, so that all are moved and each depends on all others in the end.

Of vectors, one half is kept, of values in another order each time. Of images,
every second pixel is kept, then every first; then four neighbours become
channels, of which one half is kept, then the other; half of the channels leave
as noise, and the same begins anew with the rest, at half the resolution.

With shifts alone, s = 0, couplings keep volumes: that is NICE. Between them
stand shifts and scales of each channel that begin by normalising the data, in
place of the paper's batch normalisation: an example's density must not depend
on those beside it.

Reference: Dinh et al., 2017, https://arxiv.org/abs/1605.08803, eq. 4-9 and
section 3.6; NICE: Dinh et al., 2015, https://arxiv.org/abs/1410.8516.
"""

import keras
import numpy as np

from keras_genmodels.bijections.act_norm import ActNorm
from keras_genmodels.bijections.additive_map import AdditiveMap
from keras_genmodels.bijections.affine_map import AffineMap
from keras_genmodels.bijections.permutation import Permutation
from keras_genmodels.models.flows.built_flow import BuiltFlow
from keras_genmodels.models.flows.coupling_steps import CouplingSteps
from keras_genmodels.models.flows.coupling_steps import check_sizes
from keras_genmodels.models.flows.coupling_steps import multi_scale

TRANSFORMS = {"affine": AffineMap, "additive": AdditiveMap}


@keras.saving.register_keras_serializable("keras_genmodels")
class RealNVP(BuiltFlow):
    """Normalising flow of couplings, for vectors and images.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`, of any size.
        transform: `"affine"`, the default, or `"additive"`, which is NICE.
        num_steps: Optional int >= 1. Of vectors the couplings, 8 by default; of
            images the couplings of each kind at each scale, 3 by default.
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
        >>> flow = RealNVP.from_shape((8, 8, 1), num_levels=17)
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=50)
        >>> flow.elbo(x_test).shape  # nats of levels
        (360,)
        >>> flow.sample(16, temperature=0.7, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803).
    """

    def __init__(
        self,
        data_shape,
        *,
        transform="affine",
        num_steps=None,
        num_scales=3,
        hidden_units=(128, 128),
        filters=32,
        num_blocks=1,
        data_range="auto",
        num_classes=None,
        **kwargs,
    ):
        if transform not in TRANSFORMS:
            raise ValueError(
                f"Expected `transform` to be one of {list(TRANSFORMS)}. "
                f"Received: transform={transform!r}"
            )
        if num_steps is None:
            num_steps = 3 if np.size(data_shape) == 3 else 8
        data_shape, num_classes, sizes = check_sizes(
            data_shape,
            num_classes,
            num_steps=num_steps,
            num_scales=num_scales,
            hidden_units=hidden_units,
            filters=filters,
            num_blocks=num_blocks,
        )
        steps = CouplingSteps(
            TRANSFORMS[transform],
            num_classes,
            sizes["hidden_units"],
            sizes["filters"],
            sizes["num_blocks"],
        )
        if len(data_shape) == 1:
            parts = vector_steps(data_shape, steps, sizes["num_steps"])
        else:
            counts = sizes["num_steps"], sizes["num_scales"]
            parts = [image_steps(data_shape, steps, *counts)]
        super().__init__(
            parts,
            data_shape,
            sizes=sizes,
            data_range=data_range,
            num_classes=num_classes,
            **kwargs,
        )
        self.transform = transform

    def get_config(self):
        return {**super().get_config(), "transform": self.transform}


def vector_steps(shape, steps, num_steps):
    """Couplings of vectors, each after the values have changed places."""
    (dim,) = shape
    parts = []
    for i in range(num_steps):
        if i % 2:
            # Reversed, so that two couplings move all values.
            parts.append(Permutation(range(dim)[::-1]))
        elif i:
            rng = np.random.Generator(np.random.PCG64(i))
            parts.append(Permutation(rng.permutation(dim)))
        parts += [ActNorm(dim), steps.channels(shape)]
    return parts


def image_steps(shape, steps, num_steps, num_scales):
    """Couplings of pixels, then of channels, at every scale."""

    def pixels(shape, count=num_steps):
        *sides, channels = shape
        parts = []
        if sides != [1, 1]:
            for i in range(count):
                parts += [ActNorm(channels), steps.checkerboard(shape, i)]
        return parts

    def channels(shape):
        parts = []
        for i in range(num_steps):
            if i:
                parts.append(Permutation(range(shape[-1])[::-1]))
            parts += [ActNorm(shape[-1]), steps.channels(shape)]
        return parts

    def last(shape):
        # One pixel can learn of no other, but its channels of each other.
        return pixels(shape, num_steps + 1) or channels(shape)

    return multi_scale(shape, num_scales, pixels, channels, last)
