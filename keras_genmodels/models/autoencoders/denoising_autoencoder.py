"""Denoising autoencoder.

An autoencoder that sees damaged data and must give back the undamaged:

    x~ drawn from C(x~ | x),   loss(x) = -log p(x | encoder(x~)).

Copying its input no longer helps, so the code needs no bottleneck: the network
has to know what data look like. With a little Gaussian noise of standard
deviation sigma and squared error, the best reconstruction r points up the
density of the noisy data, exactly:

    r(x) - x = sigma^2 * gradient of log p_sigma(x).

Symbols: C is `corruption`, r is `compute_denoised`, sigma its `scale`.

References: Vincent et al., 2008, https://doi.org/10.1145/1390156.1390294; the
score: Vincent, 2011, and Alain & Bengio, 2014, theorem 1.
"""

import keras
import numpy as np

from keras_genmodels.layers import GaussianCorruption
from keras_genmodels.layers import MaskingCorruption
from keras_genmodels.models.autoencoders.autoencoder import Autoencoder
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches


@keras.saving.register_keras_serializable("keras_genmodels")
class DenoisingAutoencoder(Autoencoder):
    """Autoencoder trained to undo a random damage.

    Validation damages the data too, anew each time: its loss is that of the
    same task.

    Args:
        encoder: As for `Autoencoder`.
        decoder: As for `Autoencoder`. `latent_dim` may exceed the size of the
            data.
        corruption: Layer that damages a tensor `(batch, *data_shape)`:
            `layers.GaussianCorruption`, `layers.MaskingCorruption`,
            `layers.SaltAndPepperCorruption` or another `layers.Corruption`.
            Defaults to `MaskingCorruption(0.25)`.
        **kwargs: `likelihood`, of the undamaged data, and `seed`, for the
            damage too, as for `Autoencoder`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`, used as it is.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            not as expected.

    Example:
        >>> model = DenoisingAutoencoder.from_shape(
        ...     (8, 8, 1), latent_dim=64,
        ...     corruption=layers.SaltAndPepperCorruption(0.2),
        ... )
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=100)
        >>> cleaned = model.denoise(model.corrupt(x_test, seed=0))

    Reference:
        [Vincent et al., 2008](https://doi.org/10.1145/1390156.1390294);
        [2010](https://www.jmlr.org/papers/v11/vincent10a.html).
    """

    def __init__(self, encoder, decoder, *, corruption=None, **kwargs):
        if corruption is None:
            corruption = MaskingCorruption(0.25)
        # Not by its class, which a notebook may have loaded anew.
        if not hasattr(corruption, "compute_corrupted"):
            raise ValueError(
                "Expected `corruption` to be a `layers.Corruption`. "
                f"Received: corruption={corruption!r}"
            )
        super().__init__(encoder, decoder, **kwargs)
        self.corruption = corruption

    # --- the model, of tensors --------------------------------------------

    def compute_corrupted(self, x):
        """A draw of C(x~ | x), `(batch, *data_shape)`."""
        return self.corruption(x, seed=self.seed_generator)

    def compute_denoised(self, x):
        """Mean of p(x | z) at the code of damaged data."""
        return self.compute_decode(self.compute_encode(x))

    def compute_score(self, x):
        """Estimated gradient of the log density of the noisy data.

        Alain & Bengio, [2014](https://arxiv.org/abs/1211.4246), theorem 1.
        """
        direction = self.compute_denoised(x) - x
        return direction / self.corruption.scale**2

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)
        corrupted = self.compute_corrupted(x)

        def objective():
            z = self.compute_encode(corrupted, training=True)
            loss = -self.compute_log_likelihood(x, z, training=True)
            return self.mean_loss(loss, sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, loss=loss)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        z = self.compute_encode(self.compute_corrupted(x))
        loss = -self.compute_log_likelihood(x, z)
        return self.log(sample_weight, loss=loss)

    # --- verbs ------------------------------------------------------------

    def corrupt(self, x, *, seed=None, batch_size=256, verbose=0):
        """Damage data as training does.

        Args:
            x: Array `(n, *data_shape)`.
            seed: Optional int. The same seed gives the same damage.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.
        """
        return run_in_batches(
            self,
            "compute_corrupted",
            (self.check_data(x),),
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
        )

    def denoise(self, x, *, batch_size=256, verbose=0):
        """Repair damaged data.

        Args:
            x: Array `(n, *data_shape)`, finite. Unlike the argument of
                `reconstruct` it may lie outside the range of the data, as noise
                does.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`, the mean of p(x | z).
        """
        return run_in_batches(
            self,
            "compute_denoised",
            (self._check_damaged(x),),
            batch_size=batch_size,
            verbose=verbose,
        )

    def score(self, x, *, batch_size=256, verbose=0):
        """Estimated gradient of the log density of the noisy data.

        That density is the data's, blurred by the noise, whose scale should be
        small beside the structure that matters.

        Args:
            x: Array `(n, *data_shape)`, finite.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`, nats per unit of x.

        Raises:
            ValueError: If the corruption is not Gaussian.
        """
        if not isinstance(self.corruption, GaussianCorruption):
            raise ValueError(
                "Expected a model with `GaussianCorruption`, for which alone "
                "denoising estimates a score. "
                f"Received: corruption={self.corruption!r}"
            )
        return run_in_batches(
            self,
            "compute_score",
            (self._check_damaged(x),),
            batch_size=batch_size,
            verbose=verbose,
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "corruption": serialize(self.corruption),
        }

    def _check_damaged(self, x):
        x = np.asarray(x, dtype="float32")
        self._check_shape(x.shape)
        if not len(x) or not np.isfinite(x).all():
            raise ValueError(
                "Expected at least one example and finite values. "
                f"Received: x with shape {x.shape}, "
                f"{np.sum(~np.isfinite(x))} values not finite"
            )
        return x
