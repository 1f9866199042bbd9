"""Joint energy model: a classifier that is a density, too.

A classifier has a number f_y(x) for each class, and is asked for their
differences only: what is added to all of them has no effect on p(y | x). That
freedom is used here. The numbers themselves are taken for a density,

    p(x, y) = exp(f_y(x)) / Z,
    p(x)    = sum_y exp(f_y(x)) / Z:    E(x) = -log sum_y exp f_y(x),
    p(y | x) = exp(f_y(x)) / sum_c exp(f_c(x)),

in which Z cancels from the last line: the classifier is what it was. (Real
numbers have the reference of an `EnergyBasedModel`, too; it depends on x alone
and cancels as well.) The loss of the classifier is added to that of the
energy-based model, for log p(x, y) = log p(x) + log p(y | x).

Draws of a class come from Langevin dynamics on -f_y, which begins at chains
that the classifier puts into that class: a state x of the buffer is chosen with
a probability in proportion to p(y | x), which makes draws of p(x) draws of
p(x | y).

Symbols: f is `compute_logits`, E is `compute_energy`.

Reference: Grathwohl et al., 2020, https://arxiv.org/abs/1912.03263, eq. 5-7 and
algorithm 1.
"""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.classifier import Classifier
from keras_genmodels.models.energy.energy_based_model import EnergyBasedModel


@keras.saving.register_keras_serializable("keras_genmodels")
class JointEnergyModel(Classifier, EnergyBasedModel):
    """Classifier whose logits are a density of the data.

    `fit(x, y)` takes labels, integers from 0 to `num_classes - 1`. In the verbs
    that take data they are optional: without them, those are about p(x).
    `from_shape` needs `num_classes`.

    Args:
        network: Built `keras.Model`, `(batch, *data_shape)` to
            `(batch, num_classes)`, f. It should be smooth, as with `"silu"`,
            and without batch normalisation.
        **kwargs: As for `EnergyBasedModel`.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        p(y | x), a tensor `(batch, num_classes)`.

    Raises:
        ValueError: If the network does not fit, labels are missing or out of
            range, or an argument is out of range.

    Example:
        >>> model = JointEnergyModel.from_shape((8, 8, 1), num_classes=10)
        >>> model.compile()
        >>> history = model.fit(x_train, y_train, epochs=100)
        >>> model.classify(x_test).shape
        (360,)
        >>> model.sample(5, labels=7, num_steps=500).shape  # five sevens
        (5, 8, 8, 1)

    Reference:
        [Grathwohl et al., 2020](https://arxiv.org/abs/1912.03263).
    """

    log_names = ("loss", "data_energy", "chain_energy", "class_nll", "accuracy")

    def __init__(self, network, **kwargs):
        outputs = getattr(network, "output_shape", (None, 1))
        super().__init__(network, num_classes=outputs[-1], **kwargs)

    @classmethod
    def from_shape(cls, data_shape, *, num_classes, **kwargs):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            num_classes: Int >= 1.
            **kwargs: As for `EnergyBasedModel.from_shape`.
        """
        num_classes = check_count("num_classes", num_classes)
        return super().from_shape(data_shape, num_outputs=num_classes, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_logits(self, x, training=False):
        """f(x), `(batch, num_classes)`."""
        return self.apply_network(self.network, x, training=training)

    def compute_energy(self, x, y=None, training=False):
        """-log p(x), or -log p(x, y), but for log Z: `(batch,)`, nats."""
        logits = self.compute_logits(x, training)
        if y is None:
            log_sum = ops.logsumexp(logits, axis=1)
        else:
            log_sum = self._of_class(logits, y)
        return self.compute_reference_energy(x) - log_sum

    def compute_probabilities(self, x):
        """p(y | x), `(batch, num_classes)`."""
        return ops.softmax(self.compute_logits(x))

    def compute_labels(self, num_samples):
        """Labels as frequent as among the chains, `(num_samples,)`."""
        logits = self.compute_logits(self.compute_starts(num_samples))
        return keras.random.categorical(logits, 1, seed=self.seed_generator)[
            :, 0
        ]

    def compute_starts_of_class(self, labels):
        """States of chains, drawn with probabilities in proportion to p(y | x).

        Args:
            labels: Tensor `(num_samples,)`, int32.

        Returns:
            Tensor `(num_samples, *data_shape)`.
        """
        chains = self.chains.value
        log_probs = ops.log_softmax(self.compute_logits(chains))
        of_labels = ops.take(ops.transpose(log_probs), labels, axis=0)
        rows = keras.random.categorical(of_labels, 1, seed=self.seed_generator)
        return ops.take(chains, rows[:, 0], axis=0)

    def compute_sample(self, labels, **options):
        """States of chains of the energy of a class: see `compute_moved`."""
        starts = self.compute_starts_of_class(labels)
        return self.compute_moved(starts, labels, **options)

    def _of_class(self, logits, y):
        return ops.sum(logits * ops.one_hot(y, self.num_classes), axis=1)

    def call(self, x, training=False):
        x = ops.cast(x, self.variable_dtype)
        return ops.softmax(self.compute_logits(x, training))

    # --- training ---------------------------------------------------------

    def compute_loss_terms(self, x, chains, y=None, training=False):
        """As of `EnergyBasedModel`, and -log p(y | x) added to the loss."""
        logits = self.compute_logits(x, training)
        log_sum = ops.logsumexp(logits, axis=1)
        energy = self.compute_reference_energy(x) - log_sum
        terms = self.compute_energy_terms(energy, chains, training)
        class_nll = log_sum - self._of_class(logits, y)
        found = ops.cast(ops.argmax(logits, axis=1), y.dtype)
        return {
            **terms,
            "loss": terms["loss"] + class_nll,
            "class_nll": class_nll,
            "accuracy": ops.cast(found == y, logits.dtype),
        }

    # --- verbs ------------------------------------------------------------

    def check_given(self, x, y=None):
        """The arguments of a verb, checked: data, and labels if there are."""
        if y is None:
            return (self.check_data(x),)
        return super().check_given(x, y)

    def energy(self, x, y=None, *, batch_size=256, verbose=0):
        """-log p(x), or -log p(x, y), but for a constant, log Z.

        Args:
            x: Array `(n, *data_shape)`.
            y: Optional labels `(n,)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats.
        """
        return self.in_batches(
            "compute_energy", x, y, batch_size=batch_size, verbose=verbose
        )

    def predict_proba(self, x, *, batch_size=256, verbose=0):
        """Probabilities of the classes.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, num_classes)`, whose rows have the sum 1.
        """
        return self.in_batches(
            "compute_probabilities",
            x,
            None,
            batch_size=batch_size,
            verbose=verbose,
        )
