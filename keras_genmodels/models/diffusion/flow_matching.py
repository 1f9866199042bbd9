"""Flow matching.

Particles leave the data at t = 0 on straight lines and are noise at t = 1:
x_t = (1 - t) x + t eps. Through a point x_t go many lines. A network learns
their mean velocity by regression,

    L = E || v(x_t, t) - (eps - x) ||^2,

and that mean carries the distribution of x_t along, for every t: followed
backwards from noise it ends at the distribution of the data.

Symbols: v is `compute_velocity`.

Reference: Lipman et al., 2023, https://arxiv.org/abs/2210.02747, eq. 9 and 23,
with t the other way round.
"""

import keras
from keras import ops

from keras_genmodels.layers.straight_path import StraightPath
from keras_genmodels.models.diffusion.denoising_model import normal_quantile
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel

TIME_SAMPLINGS = ("uniform", "logit_normal")


@keras.saving.register_keras_serializable("keras_genmodels")
class FlowMatching(DiffusionModel):
    """A velocity field from noise to data, learned by regression.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model` of a list: x_t `(batch, *data_shape)`,
            times `(batch,)` and, if the model is conditional, one-hot labels
            `(batch, num_classes)`; to `(batch, *data_shape)`.
        noise_path: Optional `layers.NoisePath`. Defaults to a
            `layers.StraightPath`.
        time_sampling: How the times of training are spread: `"uniform"`, the
            default, or `"logit_normal"`, most of them in the middle of the way,
            where the velocity is hardest to tell: Esser et al.,
            [2024](https://arxiv.org/abs/2403.03206), section 3.1.
        **kwargs: `weighting`, `data_range`, `label_dropout`, `ema_momentum`
            and `seed`: see `DiffusionModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        What the network sees in data without noise, a tensor like `x`.

    Raises:
        ValueError: If the network or the path does not fit, or an argument is
            out of range.

    Example:
        >>> flow = FlowMatching.from_shape((8, 8, 1))
        >>> flow.compile()
        >>> history = flow.fit(x_train, epochs=100)
        >>> flow.sample(16, num_steps=32, seed=0).shape
        (16, 8, 8, 1)

    Reference:
        [Lipman et al., 2023](https://arxiv.org/abs/2210.02747).
    """

    def __init__(
        self, network, *, noise_path=None, time_sampling="uniform", **kwargs
    ):
        if time_sampling not in TIME_SAMPLINGS:
            raise ValueError(
                f"Expected `time_sampling` to be one of {TIME_SAMPLINGS}. "
                f"Received: time_sampling={time_sampling!r}"
            )
        super().__init__(
            network,
            noise_path=StraightPath() if noise_path is None else noise_path,
            prediction="velocity",
            **kwargs,
        )
        self.time_sampling = time_sampling

    def compute_times(self, num_times):
        """Times for a batch, spread as `time_sampling` says: `(num_times,)`."""
        times = super().compute_times(num_times)
        if self.time_sampling == "uniform":
            return times
        return ops.sigmoid(normal_quantile(times))

    def get_config(self):
        config = super().get_config()
        del config["prediction"]  # no argument
        return {**config, "time_sampling": self.time_sampling}
