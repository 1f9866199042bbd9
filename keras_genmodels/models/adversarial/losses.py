"""What the two players of a GAN minimise, as functions of logits.

Each takes the discriminator's outputs, `(batch,)`, and returns a loss for each
example. A logit is the log odds that an example is real; for the hinge and the
Wasserstein loss it is a score without that meaning.
"""

from keras import ops


def cross_entropy(real, fake, label_smoothing=0.0):
    """The discriminator's loss of the original game.

    Minus its log likelihood as a classifier: -log D(x) - log(1 - D(G(z))),
    Goodfellow et al., [2014](https://arxiv.org/abs/1406.2661), eq. 1, with
    D the sigmoid of a logit.

    Args:
        real: Tensor `(batch,)`, logits of data.
        fake: Tensor `(batch,)`, logits of what the generator made.
        label_smoothing: Float or tensor in [0, 1). Real data are labelled one
            minus this, made ones zero ("one-sided"): Salimans et al.,
            [2016](https://arxiv.org/abs/1606.03498), section 3.4.

    Returns:
        Tensor `(batch,)`, nats.
    """
    on_real = (1 - label_smoothing) * ops.softplus(-real)
    on_real += label_smoothing * ops.softplus(real)
    return on_real + ops.softplus(fake)


def minimax(fake):
    """log(1 - D(G(z))), the generator's part of eq. 1.

    Bounded above, so its slope vanishes where the discriminator is sure.
    """
    return -ops.softplus(fake)


def non_saturating(fake):
    """-log D(G(z)): the same fixed point, steep where minimax is flat."""
    return ops.softplus(-fake)


def least_squares(real, fake):
    """Squared distances to the labels 1 and 0.

    Mao et al., [2017](https://arxiv.org/abs/1611.04076), eq. 9, upper line.
    """
    return 0.5 * (ops.square(real - 1) + ops.square(fake))


def least_squares_generator(fake):
    """Squared distance to the label of real data: eq. 9, lower line."""
    return 0.5 * ops.square(fake - 1)


def hinge(real, fake):
    """The margin by which real and made data miss 1 and -1.

    Lim & Ye, [2017](https://arxiv.org/abs/1705.02894); as in Miyato et al.,
    [2018](https://arxiv.org/abs/1802.05957), eq. 16.
    """
    return ops.relu(1 - real) + ops.relu(1 + fake)


def wasserstein(real, fake):
    """Minus the estimate of the distance.

    Arjovsky et al., [2017](https://arxiv.org/abs/1701.07875), eq. 3; it means
    something only for a discriminator of bounded slope.
    """
    return fake - real


def raise_score(fake):
    """Minus the score: the generator's loss beside `hinge`, `wasserstein`."""
    return -fake


def relativistic(winner, loser):
    """Cross-entropy of the claim that one example of a pair is the real one.

    Jolicoeur-Martineau, [2018](https://arxiv.org/abs/1807.00734), section 4.1;
    Huang et al., [2024](https://arxiv.org/abs/2501.05441), eq. 2, with
    f(t) = -log(1 + exp(-t)). The discriminator's loss is
    `relativistic(real, fake)`, the generator's `relativistic(fake, real)`.

    Args:
        winner: Tensor `(batch,)`, logits of what should look more real.
        loser: Tensor `(batch,)`, logits of what should look less so.

    Returns:
        Tensor `(batch,)`, nats.
    """
    return ops.softplus(loser - winner)
