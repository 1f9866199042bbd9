"""A pair of networks for a generative adversarial network."""

import keras
from keras import layers

from keras_genmodels.layers.spectral_normalization import SpectralNormalization
from keras_genmodels.networks.conditioned import conditioned
from keras_genmodels.networks.dcgan import dcgan_discriminator
from keras_genmodels.networks.dcgan import dcgan_generator
from keras_genmodels.networks.mlp import mlp


def generator_discriminator(
    data_shape,
    latent_dim,
    *,
    num_classes=None,
    hidden_units=None,
    network="dense",
    activation="leaky_relu",
    batch_normalization=False,
    spectral_normalization=False,
    projection=False,
):
    """A generator and a discriminator made for the shape of the data.

    Args:
        data_shape: `(d,)` for vectors or `(height, width, channels)` for
            images, of any size.
        latent_dim: Int >= 1, length of the latent vector.
        num_classes: Optional int: both networks then take a list of their
            input and a one-hot label `(batch, num_classes)`.
        hidden_units: Ints, the discriminator's hidden layers; the generator
            has the same in reverse. For `"conv"` they are numbers of filters,
            and each layer halves the image. Defaults to (128, 128, 128) for
            vectors, (256, 256) for images, and for `"conv"` to (32, 64).
        network: `"dense"` or `"conv"` (images only), as in DCGAN.
        activation: String or function of the hidden layers.
        batch_normalization: Bool. Whether to normalise the generator's hidden
            layers; the discriminator has none.
        spectral_normalization: Bool. Whether to divide each of the
            discriminator's kernels by its largest singular value: Miyato et
            al., [2018](https://arxiv.org/abs/1802.05957), algorithm 1.
        projection: Bool. Whether the discriminator sees the label only in its
            last layer: see `projection_discriminator`.

    Returns:
        Two `keras.Model`s, `(batch, latent_dim)` to `(batch, *data_shape)`
        and `(batch, *data_shape)` to `(batch, 1)`, both linear at the output.

    Raises:
        ValueError: If the network is unknown or does not suit the data, or
            there are no labels to project.
    """
    data_shape = tuple(data_shape)
    if hidden_units is None:
        dense = (256, 256) if len(data_shape) == 3 else (128, 128, 128)
        hidden_units = dense if network == "dense" else (32, 64)
    if projection and num_classes is None:
        raise ValueError("Expected `num_classes` where `projection` is wanted.")
    if network == "dense":

        def generator(shape):
            return mlp(
                shape,
                data_shape,
                hidden_units[::-1],
                activation=activation,
                batch_normalization=batch_normalization,
                name="generator",
            )

        def discriminator(shape, output_dim=1):
            return mlp(
                shape,
                (output_dim,),
                hidden_units,
                activation=activation,
                name="discriminator",
            )

    elif network == "conv" and len(data_shape) == 3:

        def generator(shape):
            return dcgan_generator(
                shape[0],
                data_shape,
                hidden_units[::-1],
                activation=activation,
                batch_normalization=batch_normalization,
                name="generator",
            )

        def discriminator(shape, output_dim=1):
            return dcgan_discriminator(
                shape,
                output_dim,
                hidden_units,
                activation=activation,
                name="discriminator",
            )

    else:
        raise ValueError(
            'Expected `network` to be "dense", or "conv" for images (height, '
            f"width, channels). Received: network={network!r}, "
            f"data_shape={data_shape}"
        )
    if num_classes is None:
        pair = generator((latent_dim,)), discriminator(data_shape)
    else:
        flat = network == "dense"
        pair = (
            conditioned(generator, (latent_dim,), num_classes),
            projection_discriminator(
                discriminator(data_shape, hidden_units[-1]),
                num_classes,
                activation,
            )
            if projection
            else conditioned(discriminator, data_shape, num_classes, flat=flat),
        )
    if spectral_normalization:
        pair = pair[0], with_spectral_normalization(pair[1])
    return pair


def projection_discriminator(features, num_classes, activation="leaky_relu"):
    """psi . phi(x) + b + v_y . phi(x): the label in an inner product.

    Miyato & Koyama, [2018](https://arxiv.org/abs/1802.05637), eq. 4.

    Args:
        features: Built `keras.Model` to `(batch, d)`, phi before its
            activation.
        num_classes: Int >= 1.
        activation: String or function.

    Returns:
        `keras.Model` of a list of data and one-hot labels, to `(batch, 1)`.
    """
    x = keras.Input(features.input_shape[1:])
    y = keras.Input((num_classes,))
    phi = layers.Activation(activation)(features(x))
    vector = layers.Dense(
        phi.shape[-1], use_bias=False, name=f"{features.name}_label"
    )(y)
    logit = layers.Add()(
        [
            layers.Dense(1, name=f"{features.name}_logit")(phi),
            layers.Dot(axes=-1)([phi, vector]),
        ]
    )
    return keras.Model([x, y], logit, name=features.name)


def with_spectral_normalization(network):
    """A copy of a network, untrained, with all its kernels normalised.

    Args:
        network: Functional `keras.Model` of dense and convolutional layers.

    Returns:
        `keras.Model` of the same inputs and outputs.
    """

    def wrap(layer):
        config = layer.get_config()
        if not isinstance(layer, (layers.Dense, layers.Conv2D)):
            return type(layer).from_config(config)
        activation = config.pop("activation")
        linear = type(layer).from_config(config)
        return SpectralNormalization(linear, activation, name=layer.name)

    return keras.models.clone_model(
        network, clone_function=wrap, recursive=True
    )
