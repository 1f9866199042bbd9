"""Conditional variational autoencoder.

A VAE of every class in one: encoder and decoder also see the label y, so that
the code need not hold what the label says, and `sample` draws a class wanted.
The bound is that of the VAE, with y given everywhere,

    ELBO(x | y) = E_q(z|x,y)[log p(x | z, y)] - KL(q(z | x, y) || p(z))
                <= log p(x | y).

The prior p(z) does not depend on y: code and label are independent, so one code
drawn with every label is one handwriting in every digit.

Reference: Kingma et al., 2014, https://arxiv.org/abs/1406.5298, model M2 with
all labels observed, eq. 6; Sohn et al., 2015, section 4.1.
"""

import keras
from keras import ops

from keras_genmodels.models.autoencoders.vae import VAE


@keras.saving.register_keras_serializable("keras_genmodels")
class ConditionalVAE(VAE):
    """Variational autoencoder given a label.

    `fit(x, y)` takes labels, integers from 0 to `num_classes - 1`; so do all
    verbs that encode or decode. `from_shape` needs `num_classes`.

    Args:
        encoder: Built `keras.Model` of a list: `(batch, *data_shape)` and
            one-hot labels `(batch, num_classes)`, to `(batch, 2 * latent_dim)`.
        decoder: Built `keras.Model` of a list: `(batch, latent_dim)` and
            one-hot labels, to `(batch, *data_shape)`.
        **kwargs: `beta`, `likelihood` and `seed` as for `VAE`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.
        y: Tensor `(batch,)` of labels.

    Returns:
        The reconstruction, a tensor like `x`.

    Raises:
        ValueError: If the networks do not fit each other, labels are missing
            or out of range, or an argument is out of range.

    Example:
        >>> model = ConditionalVAE.from_shape((8, 8, 1), num_classes=10)
        >>> model.compile()
        >>> history = model.fit(x_train, y_train, epochs=100)
        >>> model.sample(5, labels=7).shape  # five sevens
        (5, 8, 8, 1)

    Reference:
        [Kingma et al., 2014](https://arxiv.org/abs/1406.5298);
        [Sohn et al., 2015](https://papers.nips.cc/paper/2015/hash/8d55a249e6baa5c06772297520da2051-Abstract.html).
    """

    conditional = True

    def compute_sample(self, labels, mean=True):
        """Draws of the prior, decoded with their labels.

        Args:
            labels: Tensor `(batch,)`, int32.
            mean: Bool. Whether to return the mean of p(x | z, y), or a draw.

        Returns:
            Tensor `(batch, *data_shape)`.
        """
        return super().compute_sample(ops.shape(labels)[0], labels, mean=mean)
