"""What a trained GAN can be asked: `sample`, `decode` and their like."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.latent_space import LatentSpace
from keras_genmodels.training import run_in_batches
from keras_genmodels.training import seeded


class AdversarialVerbs(LatentSpace):
    """The part of `AdversarialModel` that takes and returns arrays."""

    def sample(self, num_samples, *, labels=None, latents=None, **kwargs):
        """Draw new data.

        Args:
            num_samples: Int >= 1.
            labels: For a conditional model, an int or an array
                `(num_samples,)` of them; drawn evenly if missing.
            latents: Optional array `(num_samples, latent_dim)`, instead of
                draws of the prior.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        if latents is None:
            return super().sample(num_samples, labels=labels, **kwargs)
        if len(latents) != check_count("num_samples", num_samples):
            raise ValueError(
                f"Expected {num_samples} rows of `latents`. "
                f"Received: {len(latents)}"
            )
        with seeded(self, kwargs.pop("seed", None)):
            labels = self.labels_to_draw(labels, num_samples)
        return self.decode(latents, *labels, **kwargs)

    def interpolate(self, z_a, z_b, num_steps=8, y=None):
        """Data on the straight line between two latents.

        Args:
            z_a: Array `(latent_dim,)`, or `(n, latent_dim)` for n pairs.
            z_b: Array like `z_a`.
            num_steps: Int >= 2, points on the line, both ends included.
            y: The label of both, or `(n,)` for n pairs, if the model is
                conditional.

        Returns:
            Array `(num_steps, *data_shape)`, or `(n, num_steps, *data_shape)`
            for n pairs.
        """
        z_a, z_b = np.asarray(z_a), np.asarray(z_b)
        if z_a.shape != z_b.shape or z_a.shape[-1:] != (self.latent_dim,):
            raise ValueError(
                f"Expected two arrays of one shape, ({self.latent_dim},) or "
                f"(n, {self.latent_dim}). Received: {z_a.shape} and {z_b.shape}"
            )
        path = self.decode_line(
            z_a.reshape(-1, self.latent_dim),
            z_b.reshape(-1, self.latent_dim),
            num_steps,
            y,
        )
        return path.reshape(*z_a.shape[:-1], *path.shape[1:])

    def discriminate(self, x, y=None, *, batch_size=256, verbose=0):
        """What the discriminator makes of data: higher means more real.

        Args:
            x: Array `(n, *data_shape)`.
            y: Labels `(n,)`, if the model is conditional.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`: logits, or scores where the loss has no logits.
        """
        return run_in_batches(
            self,
            "compute_discriminate",
            self.check_inputs(x, y),
            batch_size=batch_size,
            verbose=verbose,
        )
