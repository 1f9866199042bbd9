"""Conditional GAN.

Both players see the label y, so that the generator makes what it is asked for:

    min_G max_D  E_x,y[log D(x, y)] + E_z,y[log(1 - D(G(z, y), y))].

Reference: Mirza & Osindero, 2014, https://arxiv.org/abs/1411.1784, eq. 2.
"""

import keras

from keras_genmodels.models.adversarial.gan import GAN


@keras.saving.register_keras_serializable("keras_genmodels")
class ConditionalGAN(GAN):
    """Generative adversarial network given a label.

    `fit(x, y)` takes labels, integers from 0 to `num_classes - 1`; so do
    `sample`, `decode` and `discriminate`. `from_shape` needs `num_classes`;
    its option `projection` makes the discriminator that of Miyato & Koyama,
    [2018](https://arxiv.org/abs/1802.05637).

    Args:
        generator: Built `keras.Model` of a list: `(batch, latent_dim)` and
            one-hot labels `(batch, num_classes)`, to `(batch, *data_shape)`,
            linear at the output.
        discriminator: Built `keras.Model` of a list: `(batch, *data_shape)`
            and one-hot labels, to `(batch, 1)`, linear at the output.
        **kwargs: As for `GAN`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Tensor `(batch,)` of labels.

    Returns:
        Logits `(batch,)`.

    Raises:
        ValueError: If the networks do not fit each other, labels are missing
            or out of range, or an argument is out of range.

    Example:
        >>> gan = ConditionalGAN.from_shape((8, 8, 1), num_classes=10)
        >>> gan.compile()
        >>> history = gan.fit(x_train, y_train, epochs=100)
        >>> gan.sample(5, labels=7).shape  # five sevens
        (5, 8, 8, 1)

    Reference:
        [Mirza & Osindero, 2014](https://arxiv.org/abs/1411.1784).
    """

    conditional = True
