"""A pair of networks for an autoencoder."""

from keras_genmodels.networks.conditioned import conditioned
from keras_genmodels.networks.convnet import conv_decoder
from keras_genmodels.networks.convnet import conv_encoder
from keras_genmodels.networks.mlp import mlp


def encoder_decoder(
    data_shape,
    latent_dim,
    *,
    encoder_dim=None,
    num_classes=None,
    hidden_units=None,
    network="dense",
    activation="relu",
    batch_normalization=False,
):
    """An encoder and a decoder made for the shape of the data.

    Args:
        data_shape: `(d,)` for vectors or `(height, width, channels)` for
            images, of any size.
        latent_dim: Int >= 1, length of the code.
        encoder_dim: Int, outputs of the encoder. Defaults to `latent_dim`.
        num_classes: Optional int: both networks then take a list of their
            input and a one-hot label `(batch, num_classes)`.
        hidden_units: Ints, the encoder's hidden layers; the decoder has the
            same in reverse. For `"conv"` they are numbers of filters, and each
            layer halves the image. Defaults to (256, 256), and for `"conv"` to
            (32, 64).
        network: `"dense"` or `"conv"` (images only).
        activation: String or function of the hidden layers.
        batch_normalization: Bool. Whether to normalise them.

    Returns:
        Two `keras.Model`s, `(batch, *data_shape)` to `(batch, encoder_dim)`
        and `(batch, latent_dim)` to `(batch, *data_shape)`, both linear at the
        output.

    Raises:
        ValueError: If the network is unknown or does not suit the data.
    """
    data_shape = tuple(data_shape)
    if hidden_units is None:
        hidden_units = (256, 256) if network == "dense" else (32, 64)
    encoder_dim = encoder_dim or latent_dim
    options = {
        "activation": activation,
        "batch_normalization": batch_normalization,
    }
    if network == "dense":

        def encoder(shape):
            return mlp(
                shape, (encoder_dim,), hidden_units, name="encoder", **options
            )

        def decoder(shape):
            units = hidden_units[::-1]
            return mlp(shape, data_shape, units, name="decoder", **options)

    elif network == "conv" and len(data_shape) == 3:

        def encoder(shape):
            return conv_encoder(
                shape, encoder_dim, hidden_units, name="encoder", **options
            )

        def decoder(shape):
            filters = hidden_units[::-1]
            return conv_decoder(
                shape[0], data_shape, filters, name="decoder", **options
            )

    else:
        raise ValueError(
            'Expected `network` to be "dense", or "conv" for images (height, '
            f"width, channels). Received: network={network!r}, "
            f"data_shape={data_shape}"
        )
    if num_classes is None:
        return encoder(data_shape), decoder((latent_dim,))
    return (
        conditioned(encoder, data_shape, num_classes, flat=network == "dense"),
        conditioned(decoder, (latent_dim,), num_classes),
    )
