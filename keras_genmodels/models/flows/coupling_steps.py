"""Couplings, and images at several scales, for RealNVP and Glow."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.bijections.chain import Chain
from keras_genmodels.bijections.coupling import Coupling
from keras_genmodels.bijections.factor_out import FactorOut
from keras_genmodels.bijections.invert import Invert
from keras_genmodels.bijections.squeeze import Squeeze
from keras_genmodels.networks.conditioned import conditioned
from keras_genmodels.networks.mlp import mlp
from keras_genmodels.networks.residual_convnet import residual_convnet


class CouplingSteps:
    """Makes couplings of one kind, with a network of its own for each.

    Args:
        make_map: Function that returns an `ElementwiseMap`.
        num_classes: Optional int >= 1.
        hidden_units: Ints, of networks of vectors.
        filters: Int >= 1, of networks of images.
        num_blocks: Int >= 0, of these.
    """

    def __init__(
        self, make_map, num_classes, hidden_units, filters, num_blocks
    ):
        self.make_map = make_map
        self.num_classes = num_classes
        self.hidden_units = hidden_units
        self.filters = filters
        self.num_blocks = num_blocks

    def channels(self, shape):
        """The first half of the channels stays.

        Of a single channel there is no half, and nothing stays: its parameters
        are learned numbers, or depend on the label alone.

        Args:
            shape: Tuple of ints, of what is mapped.
        """
        *rest, channels = shape
        kept = channels // 2
        if kept == 0:
            return self._coupling(shape, np.zeros(shape), 1)
        return self._coupling((*rest, kept), kept, channels - kept)

    def checkerboard(self, shape, parity):
        """Every second pixel stays.

        Args:
            shape: `(height, width, channels)`, of several pixels.
            parity: Int, even if the first is mapped.
        """
        height, width, channels = shape
        places = np.add.outer(np.arange(height), np.arange(width))
        mask = np.repeat((places + parity)[..., None] % 2, channels, axis=-1)
        return self._coupling(shape, mask, channels)

    def _coupling(self, seen, mask, num_moved):
        """A coupling whose network sees tensors of the shape `seen`."""
        map = self.make_map()
        num_outputs = num_moved * map.num_parameters

        def make_network(input_shape):
            if len(input_shape) == 3:
                return residual_convnet(
                    input_shape,
                    num_outputs,
                    filters=self.filters,
                    num_blocks=self.num_blocks,
                )
            return mlp(
                input_shape,
                (num_outputs,),
                hidden_units=self.hidden_units,
                output_initializer="zeros",
            )

        if self.num_classes is None:
            network = make_network(seen)
        else:
            network = conditioned(make_network, seen, self.num_classes)
        return Coupling(map, network, mask)


def multi_scale(shape, num_scales, before, after, last):
    """A flow of images that halves them again and again.

    At each scale come steps of the pixels, then, if height and width are even,
    pixels become channels, steps of these follow, half of the channels leave,
    and the rest goes on at the next scale. The noise has its place where the
    pixels were, whatever the scale.

    Args:
        shape: `(height, width, channels)`.
        num_scales: Int >= 1, most scales that there may be.
        before: Function of a shape: the steps before the pixels are squeezed.
        after: Function of a shape: those after it.
        last: Function of a shape: the steps where there is no more scale.

    Returns:
        `bijections.Chain`.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), section 3.6.
    """
    height, width, channels = shape
    if num_scales == 1 or height % 2 or width % 2:
        return Chain(last(shape))
    half = (height // 2, width // 2, 2 * channels)
    rest = multi_scale(half, num_scales - 1, before, after, last)
    return Chain(
        [
            *before(shape),
            Squeeze(),
            *after((*half[:2], 4 * channels)),
            FactorOut(rest, 2 * channels),
            Invert(Squeeze()),
        ]
    )


def check_sizes(data_shape, num_classes=None, **counts):
    """The arguments that all flows have, checked.

    Args:
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        **counts: Ints, or sequences of ints.

    Returns:
        `(data_shape, num_classes, counts)`.

    Raises:
        ValueError: If one is out of range, or the data are neither vectors nor
            images.
    """
    data_shape = check_shape(data_shape)
    if len(data_shape) not in (1, 3):
        raise ValueError(
            "Expected vectors (d,) or images (height, width, channels). "
            f"Received: data_shape={data_shape}"
        )
    if num_classes is not None:
        num_classes = check_count("num_classes", num_classes)
    checked = {}
    for name, value in counts.items():
        if np.ndim(value):
            checked[name] = tuple(check_count(name, size) for size in value)
        else:
            least = 0 if name == "num_blocks" else 1
            checked[name] = check_count(name, value, least)
    return data_shape, num_classes, checked
