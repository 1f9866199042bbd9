"""Deep convolutional GAN.

The game of the GAN between two networks that can play it on images: strided
convolutions in place of pooling, batch normalisation, leaky rectifiers in the
discriminator and plain ones in the generator, no hidden dense layers.

Reference: Radford et al., 2016, https://arxiv.org/abs/1511.06434, section 3.
"""

import keras

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.models.adversarial.gan import GAN
from keras_genmodels.networks.dcgan import dcgan_discriminator
from keras_genmodels.networks.dcgan import dcgan_generator
from keras_genmodels.networks.generator_discriminator import (
    with_spectral_normalization,
)


@keras.saving.register_keras_serializable("keras_genmodels")
class DCGAN(GAN):
    """Deep convolutional generative adversarial network, for images.

    A `GAN` whose `from_shape` makes the networks of the paper, by default with
    fewer filters.

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, height, width, channels)`, linear at the output.
        discriminator: Built `keras.Model`, from there to `(batch, 1)`, linear.
        **kwargs: As for `GAN`.

    Call arguments:
        x: Tensor `(batch, height, width, channels)`.

    Returns:
        Logits `(batch,)`.

    Raises:
        ValueError: If the networks do not fit each other, or an argument is
            out of range.

    Example:
        >>> gan = DCGAN.from_shape((28, 28, 1))
        >>> gan.compile()
        >>> history = gan.fit(x_train, epochs=20, batch_size=128)

    Reference:
        [Radford et al., 2016](https://arxiv.org/abs/1511.06434).
    """

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        latent_dim=32,
        num_classes=None,
        filters=(64, 128),
        upsampling="transposed",
        batch_normalization=True,
        spectral_normalization=False,
        data_range=(0.0, 1.0),
        **kwargs,
    ):
        """A model with convolutional networks made for the shape of the data.

        Args:
            data_shape: `(height, width, channels)`, of any size.
            latent_dim: Int >= 1. Defaults to 32.
            num_classes: Not taken: for images of a class see `ConditionalGAN`.
            filters: Ints, the discriminator's; the generator has the same in
                reverse. Each layer halves the image.
            upsampling: `"transposed"` or `"resize"`: see
                `keras_genmodels.networks.dcgan_generator`.
            batch_normalization: Bool. In both networks, but not at the output
                of one nor the input of the other.
            spectral_normalization: Bool. Of the discriminator's kernels.
            data_range: `(low, high)`, or `None`. Defaults to (0, 1).
            **kwargs: Arguments of the constructor.

        Raises:
            ValueError: If the data are not images.
        """
        data_shape = check_shape(data_shape)
        cls.check_num_classes(num_classes)
        latent_dim = check_count("latent_dim", latent_dim)
        if len(data_shape) != 3:
            raise ValueError(
                "Expected images (height, width, channels). "
                f"Received: data_shape={tuple(data_shape)}"
            )
        generator = dcgan_generator(
            latent_dim,
            data_shape,
            filters[::-1],
            batch_normalization=batch_normalization,
            upsampling=upsampling,
            name="generator",
        )
        discriminator = dcgan_discriminator(
            data_shape,
            filters=filters,
            batch_normalization=batch_normalization,
            name="discriminator",
        )
        if spectral_normalization:
            discriminator = with_spectral_normalization(discriminator)
        return cls(generator, discriminator, data_range=data_range, **kwargs)
