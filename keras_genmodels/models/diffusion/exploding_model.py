"""What diffusion models share whose noise is added to data that stay."""

import math

from keras import ops

from keras_genmodels.layers.exploding_path import ExplodingPath
from keras_genmodels.models.diffusion.diffusion_model import DiffusionModel


class ExplodingModel(DiffusionModel):
    """A diffusion model that counts in sigma, the deviation of the noise.

    Args:
        network: See `DiffusionModel`. In place of times it sees log sigma,
            brought to [0, 1].
        sigma_min: Float > 0.
        sigma_max: Float > `sigma_min`. A time t stands for sigma_max t.
        **kwargs: Arguments of `DiffusionModel`.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(self, network, *, sigma_min, sigma_max, **kwargs):
        if not 0 < sigma_min < sigma_max < math.inf:
            raise ValueError(
                "Expected 0 < `sigma_min` < `sigma_max`. Received: "
                f"sigma_min={sigma_min}, sigma_max={sigma_max}"
            )
        super().__init__(network, noise_path=ExplodingPath(sigma_max), **kwargs)
        self.sigma_min = float(sigma_min)
        self.sigma_max = float(sigma_max)
        self.least_time = self.sigma_min / self.sigma_max

    def compute_network_times(self, t):
        """log sigma, brought from `sigma_min` and `sigma_max` to 0 and 1."""
        return 1.0 - ops.log(ops.maximum(t, self.least_time)) / math.log(
            self.least_time
        )

    def get_config(self):
        config = super().get_config()
        for name in ("noise_path", "prediction"):
            del config[name]  # no arguments
        return {
            **config,
            "sigma_min": self.sigma_min,
            "sigma_max": self.sigma_max,
        }
