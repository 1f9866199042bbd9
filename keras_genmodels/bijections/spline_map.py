"""A curve through knots, each piece a ratio of two parabolas.

Between knots (x_k, y_k) and (x_k+1, y_k+1) with slopes d_k and d_k+1,

    z = y_k + h (s t^2 + d_k t (1 - t)) / (s + (d_k + d_k+1 - 2 s) t (1 - t)),

where w and h are the piece's width and height, s = h / w its mean slope, and
t = (x - x_k) / w. It rises if all slopes are above 0, and its inverse is the
root of a quadratic equation. Outside of [-bound, bound] it is the identity.

Three things keep single precision from failing: x is clipped before the
arithmetic of the pieces, which would be senseless outside; what is under the
root is above 0; and of the two forms of the root, the one is taken whose
terms do not cancel.

Reference: Durkan et al., 2019, https://arxiv.org/abs/1906.04032, eq. 4-8 and
appendix A; Gregory & Delbourgo, 1982, https://doi.org/10.1093/imanum/2.2.123.
"""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.bijections.elementwise_map import ElementwiseMap

LEAST_SHARE = 1e-3  # of the interval, for the width and the height of a piece
LEAST_SLOPE = 1e-3  # at a knot


@keras.saving.register_keras_serializable("keras_genmodels")
class SplineMap(ElementwiseMap):
    """A rising rational-quadratic spline, the identity outside of its bound.

    Data should have a standard deviation near 1, or most of them lie outside.

    Args:
        num_bins: Int >= 1, pieces. Defaults to 8.
        bound: Float > 0. Defaults to 5.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If an argument is out of range, or there are so many pieces
            that they have no room.

    Reference:
        [Durkan et al., 2019](https://arxiv.org/abs/1906.04032), section 3.1.
    """

    def __init__(self, num_bins=8, *, bound=5.0, **kwargs):
        super().__init__(**kwargs)
        self.num_bins = check_count("num_bins", num_bins)
        if not 0 < bound < math.inf or self.num_bins > 0.5 / LEAST_SHARE:
            raise ValueError(
                f"Expected `bound` above 0, and at most {0.5 / LEAST_SHARE:g} "
                f"pieces. Received: bound={bound}, num_bins={num_bins}"
            )
        self.bound = float(bound)
        # Widths, heights, and the slopes at the knots inside.
        self.num_parameters = 3 * self.num_bins - 1

    def forward(self, x, parameters):
        inside = ops.abs(x) < self.bound
        clipped = ops.clip(x, -self.bound, self.bound)
        left, width, low, height, d0, d1 = self._piece(clipped, parameters)
        t = ops.clip((clipped - left) / width, 0.0, 1.0)
        value, log_slope = curve(t, height / width, d0, d1)
        z = low + height * value
        return (
            ops.where(inside, z, x),
            ops.where(inside, log_slope, ops.zeros_like(x)),
        )

    def inverse(self, z, parameters):
        inside = ops.abs(z) < self.bound
        clipped = ops.clip(z, -self.bound, self.bound)
        left, width, low, height, d0, d1 = self._piece(
            clipped, parameters, inverse=True
        )
        mean = height / width
        share = ops.clip((clipped - low) / height, 0.0, 1.0)
        t = place(share, mean, d0, d1)
        _, log_slope = curve(t, mean, d0, d1)
        return (
            ops.where(inside, left + width * t, z),
            ops.where(inside, -log_slope, ops.zeros_like(z)),
        )

    def _piece(self, value, parameters, inverse=False):
        """Where the piece begins, its sizes and slopes: six tensors like x."""
        count = self.num_bins
        widths = self._sizes(parameters[..., :count])
        heights = self._sizes(parameters[..., count : 2 * count])
        # Zeros give slopes of 1, and so the identity.
        offset = math.log(math.expm1(1.0 - LEAST_SLOPE))
        slopes = ops.softplus(parameters[..., 2 * count :] + offset)
        ends = ops.ones_like(widths[..., :1])
        slopes = ops.concatenate([ends, LEAST_SLOPE + slopes, ends], axis=-1)
        xs, ys = (
            ops.cumsum(sizes, axis=-1) - self.bound
            for sizes in (widths, heights)
        )
        inner = (ys if inverse else xs)[..., :-1]
        passed = ops.cast(value[..., None] >= inner, "int32")
        index = ops.sum(passed, axis=-1, keepdims=True)

        def pick(values):
            return ops.take_along_axis(values, index, axis=-1)[..., 0]

        width, height = pick(widths), pick(heights)
        return (
            pick(xs) - width,
            width,
            pick(ys) - height,
            height,
            pick(slopes[..., :-1]),
            pick(slopes[..., 1:]),
        )

    def _sizes(self, raw):
        """Widths or heights, which sum up to the whole interval."""
        rest = 1.0 - LEAST_SHARE * self.num_bins
        shares = LEAST_SHARE + rest * ops.softmax(raw, axis=-1)
        return 2.0 * self.bound * shares

    def get_config(self):
        return {
            **super().get_config(),
            "num_bins": self.num_bins,
            "bound": self.bound,
        }


def curve(t, mean, d0, d1):
    """A piece of height 1 and width 1 / `mean`: its value and log slope.

    All terms are at least 0, so that none cancel.

    Args:
        t: Tensor in [0, 1], the place within the piece.
        mean: Tensor like `t`, the mean slope.
        d0: Tensor like `t`, the slope at 0.
        d1: Tensor like `t`, the slope at 1.

    Returns:
        `(value, log_slope)`, tensors like `t`.
    """
    rest = 1.0 - t
    both = t * rest
    below = mean * (1.0 - 2.0 * both) + (d0 + d1) * both
    value = t * (mean * t + d0 * rest) / below
    slope = d1 * t * t + 2.0 * mean * both + d0 * rest * rest
    return value, 2.0 * ops.log(mean / below) + ops.log(slope)


def place(share, mean, d0, d1):
    """Where the value of that piece is `share`: a tensor in [0, 1].

    The root of a t^2 + b t - c = 0, of equation 6 divided by the height.
    """
    bend = (d0 + d1 - 2.0 * mean) * share
    a, b, c = mean - d0 + bend, d0 - bend, mean * share
    # Not 0, where the root has no derivative.
    root = ops.sqrt(ops.maximum(b * b + 4.0 * a * c, 1e-20))
    # Below 0, b would cancel the root; a is then above the mean slope.
    falling = b < 0
    upper = ops.where(falling, root - b, 2.0 * c)
    lower = ops.where(falling, 2.0 * a, b + root)
    return ops.clip(upper / lower, 0.0, 1.0)
