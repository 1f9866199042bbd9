"""A latent-variable model whose density and posterior are known.

x = W z + b + noise, with standard normal z. Bishop, Pattern Recognition and
Machine Learning, 2006, section 12.2.
"""

import numpy as np
from scipy import stats

import keras_genmodels as kgm

SCALE = 0.5
# Orthogonal columns, so that the exact posterior has a diagonal covariance.
WEIGHTS = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, -0.5]])
OFFSET = np.array([0.3, -0.2, 0.0, 1.0])


def marginal(offset=OFFSET):
    covariance = WEIGHTS @ WEIGHTS.T + SCALE**2 * np.eye(4)
    return stats.multivariate_normal(offset, covariance)


def posterior():
    """The matrix from x - b to the posterior's mean, and its log variances."""
    inverse = np.linalg.inv(WEIGHTS.T @ WEIGHTS + SCALE**2 * np.eye(2))
    return WEIGHTS @ inverse, np.log(SCALE**2 * np.diag(inverse))


def linear_model(cls=kgm.VAE, posterior_shift=0.0, **kwargs):
    """A model with the exact posterior (eq. 12.42), or one moved off it."""
    model = cls.from_shape(
        (4,),
        latent_dim=2,
        hidden_units=(),
        likelihood=kgm.layers.NormalLikelihood(scale=SCALE),
        **{"seed": 0, **kwargs},
    )
    to_mean, log_var = posterior()
    model.decoder.set_weights([WEIGHTS.T, OFFSET])
    model.encoder.set_weights(
        [
            np.hstack([to_mean, np.zeros((4, 2))]),
            np.hstack([-OFFSET @ to_mean + posterior_shift, log_var]),
        ]
    )
    return model
