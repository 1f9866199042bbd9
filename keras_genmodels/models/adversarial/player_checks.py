"""What two networks must be to play against each other."""

from keras_genmodels.arguments import check_built


def shapes_of_players(generator, discriminator, conditional):
    """The shapes that two networks agree on.

    Args:
        generator: Built `keras.Model`, `(batch, latent_dim)` to
            `(batch, *data_shape)`.
        discriminator: Built `keras.Model`, from there to `(batch, 1)`.
        conditional: Bool. Whether the input of both is a list with one-hot
            labels.

    Returns:
        `(data_shape, latent_dim, num_classes)`; the last is `None` if there
        are no labels.

    Raises:
        ValueError: If they do not fit each other.
    """
    inputs = []
    for name, network in (
        ("generator", generator),
        ("discriminator", discriminator),
    ):
        check_built(name, network)
        shape = network.input_shape
        if conditional != isinstance(shape, list):
            raise ValueError(
                f"Expected a network of "
                f"{'two inputs' if conditional else 'one input'}. "
                f"Received: {name} with input {shape}"
            )
        inputs.append(shape if conditional else [shape, (None, None)])
    (latent, label), (data, other_label) = inputs
    if (
        len(latent) != 2
        or generator.output_shape != data
        or discriminator.output_shape[1:] != (1,)
        or label != other_label
    ):
        raise ValueError(
            "Expected a generator (batch, latent_dim) -> (batch, "
            "*data_shape) and a discriminator (batch, *data_shape) -> "
            "(batch, 1). Received: generator "
            f"{generator.input_shape} -> {generator.output_shape}, "
            f"discriminator {discriminator.input_shape} -> "
            f"{discriminator.output_shape}"
        )
    return tuple(data[1:]), latent[-1], label[-1]


def refuse_batch_normalization(network):
    """Raise a `ValueError` if a network mixes the examples of a batch."""
    for weight in network.non_trainable_weights:
        if weight.name == "moving_mean":
            raise ValueError(
                "Expected a discriminator without batch normalisation, which "
                "makes the gradient at one example depend on the others. "
                f"Received: a layer with the weight {weight.path!r}"
            )
