"""What two networks must be to play against each other."""


def check_players(generator, discriminator, latent_shape, data_shape):
    """Raise a `ValueError` if two networks do not fit each other.

    Args:
        generator: Built `keras.Model`.
        discriminator: Built `keras.Model`.
        latent_shape: Tuple, of what the generator takes beside labels.
        data_shape: Tuple, of what the discriminator takes beside labels.
    """
    if (
        len(latent_shape) != 2
        or generator.output_shape != data_shape
        or discriminator.output_shape[1:] != (1,)
    ):
        raise ValueError(
            "Expected a generator (batch, latent_dim) -> (batch, "
            "*data_shape) and a discriminator (batch, *data_shape) -> "
            "(batch, 1). Received: generator "
            f"{generator.input_shape} -> {generator.output_shape}, "
            f"discriminator {discriminator.input_shape} -> "
            f"{discriminator.output_shape}"
        )


def refuse_batch_normalization(network):
    """Raise a `ValueError` if a network mixes the examples of a batch."""
    for weight in network.non_trainable_weights:
        if weight.name == "moving_mean":
            raise ValueError(
                "Expected a discriminator without batch normalisation, which "
                "makes the gradient at one example depend on the others. "
                f"Received: a layer with the weight {weight.path!r}"
            )
