"""Some values stay, and say what becomes of the others."""

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels.bijections.bijection import Bijection
from keras_genmodels.bijections.elementwise_map import ElementwiseMap
from keras_genmodels.distributions import sum_per_example


@keras.saving.register_keras_serializable("keras_genmodels")
class Coupling(Bijection):
    """A map of some values, with parameters that a network makes of the rest.

    What stays is known on both sides, and so are the parameters: the network
    runs once, forward or inverse, and never has to be undone. The Jacobian is
    triangular, so its log determinant is a sum.

    Args:
        map: `ElementwiseMap`.
        network: Built `keras.Model` from the values that stay to
            `map.num_parameters` numbers for each that does not, all along the
            last axis; of a list of them and one-hot labels, if there are any.
        mask: What stays. An int k: the first k entries of the last axis, which
            is all that the network sees. Or an array of zeros and ones, of the
            shape of one example, ones for what stays: the network then sees all
            values, zeros in the place of the others, and gives parameters for
            all; so a checkerboard needs no gathering.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If the network does not fit, or everything stays.

    Reference:
        [Dinh et al., 2017](https://arxiv.org/abs/1605.08803), eq. 4-9.
    """

    def __init__(self, map, network, mask, **kwargs):
        super().__init__(**kwargs)
        check_map(map)
        check_built("network", network)
        shapes = network.input_shape
        seen = tuple((shapes[0] if isinstance(shapes, list) else shapes)[1:])
        *rest, given = network.output_shape[1:]
        if isinstance(mask, (int, np.integer)):
            fits = seen[-1] == mask and tuple(rest) == seen[:-1]
            self.mask = int(mask)
        else:
            mask = np.asarray(mask, "float32")
            fits = (
                seen == mask.shape
                and tuple(rest) == seen[:-1]
                and given == seen[-1] * map.num_parameters
                and np.isin(mask, (0, 1)).all()
                and not mask.all()
            )
            self.mask = mask.tolist()
        if not fits or given % map.num_parameters:
            raise ValueError(
                "Expected a network from what stays to "
                f"{map.num_parameters} numbers for each value that does not, "
                "or with a mask of zeros and ones, for each. Received: network "
                f"{shapes} -> {network.output_shape}, mask={mask}"
            )
        self.map = map
        self.network = network

    def forward(self, x, context=None, training=False):
        return self._map_moved(self.map.forward, x, context, training)

    def inverse(self, z, context=None):
        return self._map_moved(self.map.inverse, z, context, False)

    def _map_moved(self, function, x, context, training):
        """Both ways are one: only the map's differ."""
        if isinstance(self.mask, int):
            kept, moved = x[..., : self.mask], x[..., self.mask :]
            parameters = self._compute_parameters(kept, context, training)
            moved, log_slope = function(moved, parameters)
            x = ops.concatenate([kept, moved], axis=-1)
            return x, sum_per_example(log_slope)
        mask = ops.convert_to_tensor(self.mask, dtype=x.dtype)
        parameters = self._compute_parameters(mask * x, context, training)
        moved, log_slope = function(x, parameters)
        x = ops.where(mask > 0, x, moved)
        return x, sum_per_example((1.0 - mask) * log_slope)

    def _compute_parameters(self, kept, context, training):
        inputs = kept if context is None else [kept, context]
        outputs = self.network(inputs, training=training)
        outputs = ops.cast(outputs, kept.dtype)
        count = self.map.num_parameters
        *rest, size = outputs.shape[1:]
        return ops.reshape(outputs, (-1, *rest, size // count, count))

    def get_config(self):
        return {
            **super().get_config(),
            "map": keras.saving.serialize_keras_object(self.map),
            "network": keras.saving.serialize_keras_object(self.network),
            "mask": self.mask,
        }


def check_map(map):
    """Raise a `ValueError` if an argument is no `ElementwiseMap`."""
    if not isinstance(map, ElementwiseMap):
        raise ValueError(
            "Expected `map` to be an `ElementwiseMap`, such as `AffineMap()`. "
            f"Received: map={map!r}"
        )
