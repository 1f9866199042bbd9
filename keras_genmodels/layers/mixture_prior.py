"""A prior over codes: a learned mixture of normals."""

import math

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings

# A component that holds copies of one code would shrink to a point.
LEAST_LOG_VAR = math.log(1e-6)


@keras.saving.register_keras_serializable("keras_genmodels")
class MixturePrior(FixedSettings, keras.layers.Layer):
    """The parameters of a mixture of normals with diagonal covariances.

    At the start the components have equal weights, variances of 1 and means
    drawn from the standard normal. Variances stay above 1e-6.

    Args:
        num_components: Int >= 1.
        latent_dim: Int >= 1, length of a code.
    """

    def __init__(self, num_components, latent_dim, **kwargs):
        super().__init__(**kwargs)
        self.num_components = check_count("num_components", num_components)
        self.latent_dim = check_count("latent_dim", latent_dim)
        self.logits = self.add_weight(
            shape=(num_components,), initializer="zeros", name="logits"
        )
        self.means = self.add_weight(
            shape=(num_components, latent_dim),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            name="means",
        )
        self.log_vars = self.add_weight(
            shape=(num_components, latent_dim),
            initializer="zeros",
            constraint=_project,
            name="log_vars",
        )
        self.built = True

    def components(self, compute_posterior):
        """The mixture's parameters.

        Args:
            compute_posterior: Ignored; see `VampPrior`.

        Returns:
            Logarithms of the weights `(num_components,)`, means and log
            variances, each `(num_components, latent_dim)`.
        """
        log_weights = ops.log_softmax(self.logits.value)
        return log_weights, self.means.value, self.log_vars.value

    def initialize(self, x, encode, seed=None):
        """Start from the clusters of the codes of data.

        Args:
            x: Array `(n, *data_shape)`.
            encode: Function of such an array, to codes `(n, latent_dim)`.
            seed: Optional int.
        """
        from sklearn.mixture import GaussianMixture

        mixture = GaussianMixture(
            self.num_components,
            covariance_type="diag",
            reg_covar=1e-3,
            n_init=5,
            random_state=seed,
        ).fit(encode(x))
        self.logits.assign(ops.log(mixture.weights_))
        self.means.assign(mixture.means_)
        self.log_vars.assign(ops.log(mixture.covariances_))

    def get_config(self):
        return {
            **super().get_config(),
            "num_components": self.num_components,
            "latent_dim": self.latent_dim,
        }


def _project(log_vars):
    return ops.maximum(log_vars, LEAST_LOG_VAR)
