"""What all models of this family share: a network that sees noisy data.

A network is shown data with some noise and the time t that says how much, and
learns what is behind it. Here is what does not depend on the kind of noise: the
network and its average, labels that are hidden for guidance, and the steps.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels._internal.masks import check_mask
from keras_genmodels._internal.settings import Coefficient
from keras_genmodels._internal.settings import setting
from keras_genmodels._internal.weight_average import averaged_copy
from keras_genmodels._internal.weight_average import move_average
from keras_genmodels.generative_model import GenerativeModel
from keras_genmodels.networks import diffusion_transformer
from keras_genmodels.networks import time_mlp
from keras_genmodels.networks import time_unet
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches

NETWORKS = {
    "dense": time_mlp,
    "unet": time_unet,
    "transformer": diffusion_transformer,
}


class DenoisingModel(GenerativeModel):
    """A model whose network sees noisy data and a time.

    A subclass defines `compute_loss_terms`.

    Args:
        network: Built `keras.Model` of a list: noisy data, times, and, if the
            model is conditional, one-hot labels `(batch, num_classes)`, zeros
            where there is none.
        data_shape: Tuple of ints.
        num_classes: Optional int >= 1.
        label_dropout: Float in [0, 1), of a conditional model: the part of the
            labels that the network does not see in training. Guidance needs it.
        ema_momentum: Float in [0, 1). All verbs use the exponential moving
            average of the network's weights; after n steps its momentum is
            min(`ema_momentum`, (1 + n) / (10 + n)). May be assigned to. With 0
            there is none.
        seed: Optional int for the noise.
        **kwargs: Arguments of `GenerativeModel`.

    Raises:
        ValueError: If an argument is out of range.
    """

    ema_momentum = Coefficient(below=1.0)

    def __init__(
        self,
        network,
        data_shape,
        *,
        num_classes=None,
        label_dropout=0.1,
        ema_momentum=0.999,
        seed=None,
        **kwargs,
    ):
        super().__init__(
            data_shape, num_classes=num_classes, seed=seed, **kwargs
        )
        if not 0 <= label_dropout < 1:
            raise ValueError(
                "Expected `label_dropout` in [0, 1). "
                f"Received: label_dropout={label_dropout}"
            )
        self.network = network
        self.label_dropout = float(label_dropout)
        self.average = network
        self.ema_momentum = None if ema_momentum == 0 else ema_momentum
        if self.ema_momentum is not None:
            self.num_averaged = self.add_weight(
                name="num_averaged", initializer="zeros", trainable=False
            )
            self.average = averaged_copy(network)
        self.built = True

    # --- the model, of tensors --------------------------------------------

    def compute_output(
        self, x, t, y=None, *, network=None, keep=None, training=False
    ):
        """What the network says of x_t; the average, if none is given.

        Args:
            x: Tensor, as the network takes it.
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, if the model is conditional.
            network: Optional `keras.Model`.
            keep: Optional tensor `(batch,)`, 0 where labels are not seen.
            training: Bool.
        """
        network = self.average if network is None else network
        inputs = [x, self.compute_network_times(t)]
        if self.num_classes is not None:
            labels = ops.one_hot(y, self.num_classes, dtype=x.dtype)
            inputs.append(labels if keep is None else labels * keep[:, None])
        return ops.cast(network(inputs, training=training), self.variable_dtype)

    def compute_network_times(self, t):
        """What the network sees of times `(batch,)`; here themselves."""
        return t

    def compute_guided(self, x, t, y=None, guidance=0.0, **options):
        """The network's output under classifier-free guidance.

        Ho & Salimans, [2022](https://arxiv.org/abs/2207.12598), eq. 6.
        """
        output = self.compute_output(x, t, y, **options)
        if guidance == 0:
            return output
        unseen = ops.zeros_like(t)
        without = self.compute_output(x, t, y, keep=unseen, **options)
        return (1.0 + guidance) * output - guidance * without

    def compute_normal(self, shape):
        """Standard normal draws of this shape."""
        return keras.random.normal(
            shape, dtype=self.variable_dtype, seed=self.seed_generator
        )

    def compute_uniform(self, shape):
        """Draws from [0, 1) of this shape."""
        return keras.random.uniform(
            shape, dtype=self.variable_dtype, seed=self.seed_generator
        )

    def compute_times(self, num_times):
        """Times for a batch, evenly spread from a random start: `(num_times,)`.

        Each is uniform in [0, 1), but together they cover it: Kingma et al.,
        [2021](https://arxiv.org/abs/2107.00630), appendix I.1.
        """
        # TensorFlow's batches may have a number of rows that is a tensor.
        places = ops.arange(num_times, dtype=self.variable_dtype)
        places = places / ops.convert_to_tensor(num_times, places.dtype)
        return (self.compute_uniform(()) + places) % 1.0

    def compute_mean_term(self, term, x, y, num_times):
        """The mean of a term over times that are evenly spread, `(batch,)`.

        Args:
            term: Function of data, of uniform numbers, one in each of
                `num_times` strata for each example, and of labels or `None`,
                that returns a number for each.
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, or `None`.
            num_times: Int >= 1.
        """
        places = ops.arange(num_times, dtype=self.variable_dtype)
        start = self.compute_uniform((ops.shape(x)[0], 1))
        uniform = ops.reshape((start + places) / num_times, (-1,))
        many = ops.repeat(x, num_times, axis=0)
        labels = None if y is None else ops.repeat(y, num_times, axis=0)
        values = term(many, uniform, labels)
        return ops.mean(ops.reshape(values, (-1, num_times)), axis=1)

    def split_rows(self, num_samples_or_labels):
        """How many rows to draw, and their labels, if there are any.

        Args:
            num_samples_or_labels: Int, or labels `(num_samples,)` if the model
                is conditional.

        Returns:
            `(rows, labels)`, the second `None` if it is not.
        """
        if self.num_classes is None:
            return num_samples_or_labels, None
        return ops.shape(num_samples_or_labels)[0], num_samples_or_labels

    def hide_labels(self, t, y, training):
        """`keep` for `compute_output`, `(batch,)`, or `None`.

        Args:
            t: Tensor `(batch,)`.
            y: Labels `(batch,)`, or `None`.
            training: Bool. Whether to hide any.
        """
        if not training or y is None or self.label_dropout == 0:
            return None
        uniform = self.compute_uniform(ops.shape(t))
        return ops.cast(uniform >= self.label_dropout, t.dtype)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)

        def objective():
            loss = self.compute_loss_terms(
                x, y, network=self.network, training=True
            )
            return self.mean_loss(self.weigh_loss(loss), sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        if self.average is not self.network:
            move_average(
                self.average,
                self.network,
                self.num_averaged,
                self.ema_momentum.value,
            )
        return self.log_loss(loss, sample_weight)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        return self.log_loss(self.compute_loss_terms(x, y), sample_weight)

    def compute_loss_terms(self, x, y=None, *, network=None, training=False):
        """The loss of each example at a random time, `(batch,)`.

        Args:
            x: Tensor `(batch, *data_shape)`, data.
            y: Labels `(batch,)`, if the model is conditional.
            network: Optional `keras.Model`; the average, if there is none.
            training: Bool.
        """
        raise NotImplementedError

    def weigh_loss(self, loss):
        """What is minimised, given losses `(batch,)`; here themselves."""
        return loss

    def log_loss(self, loss, sample_weight):
        """The logs of a batch: nats, and bits if `log_names` has them."""
        values = {"loss": loss}
        if "bits_per_dim" in self.log_names:
            size = math.prod(self.data_shape)
            values["bits_per_dim"] = loss / (size * math.log(2))
        return self.log(sample_weight, **values)

    # --- drawing ----------------------------------------------------------

    def draw_masked(
        self, x, mask, y=None, *, seed, batch_size, verbose, **options
    ):
        """What `inpaint` does with its arguments, by `compute_inpaint`.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`.
            y: Labels `(n,)`, if the model is conditional.
            seed: Optional int.
            batch_size: Int >= 1.
            verbose: 0 or 1.
            **options: Of `compute_inpaint`.

        Returns:
            Array like `x`, equal to it where the mask is false.
        """
        x, *labels = self.check_inputs(x, y)
        mask = check_mask(mask, x.shape)
        drawn = run_in_batches(
            self,
            "compute_inpaint",
            (x, mask, *labels),
            seed=seed,
            batch_size=batch_size,
            verbose=verbose,
            **options,
        )
        return np.where(mask, drawn, x)

    # --- housekeeping -----------------------------------------------------

    def check_guidance(self, guidance):
        """The argument of `sample` as a float, if it is one of at least 0.

        Raises:
            ValueError: If it is not, or if there are no labels to guide by.
        """
        if not 0 <= guidance < float("inf") or (
            guidance > 0 and self.num_classes is None
        ):
            raise ValueError(
                "Expected `guidance` >= 0, above 0 only for a conditional "
                f"model. Received: guidance={guidance}"
            )
        return float(guidance)

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
            "label_dropout": self.label_dropout,
            "ema_momentum": setting(self, "ema_momentum"),
            "seed": self.seed,
        }


def make_network(
    data_shape, num_classes=None, network="dense", options=None, **kwargs
):
    """A network for `from_shape`.

    Args:
        data_shape: `(d,)` or `(height, width, channels)`.
        num_classes: Optional int >= 1.
        network: `"dense"`; for images also `"unet"` or `"transformer"`.
        options: Optional dict, arguments of the network's function.
        **kwargs: More of them.

    Returns:
        `keras.Model`.

    Raises:
        ValueError: If an argument is out of range.
    """
    data_shape = check_shape(data_shape)
    if num_classes is not None:
        num_classes = check_count("num_classes", num_classes)
    if network not in NETWORKS or (network != "dense" and len(data_shape) != 3):
        raise ValueError(
            'Expected `network` to be "dense", or for images (height, width, '
            f"channels) one of {list(NETWORKS)}. Received: network="
            f"{network!r}, data_shape={data_shape}"
        )
    return NETWORKS[network](
        data_shape, num_classes=num_classes, **(options or {}), **kwargs
    )


def network_shapes(network, times=()):
    """The shapes of a network's data, its output and its labels.

    Args:
        network: What the caller passed.
        times: Tuple, the shape of one example's times.

    Returns:
        `(data_shape, output_shape, num_classes)`, the last possibly `None`.

    Raises:
        ValueError: If it does not take what a model gives it.
    """
    check_built("network", network)
    shapes = network.input_shape
    data, *others = shapes if isinstance(shapes, list) else [shapes]
    if not 1 <= len(others) <= 2 or tuple(others[0]) != (None, *times):
        expected = ", ".join(map(str, ("batch", *times)))
        raise ValueError(
            f"Expected a network of a list, data, times ({expected}) and "
            "possibly one-hot labels (batch, num_classes). Received: network "
            f"{shapes} -> {network.output_shape}"
        )
    num_classes = others[1][-1] if len(others) == 2 else None
    return tuple(data[1:]), tuple(network.output_shape[1:]), num_classes


def normal_quantile(uniform):
    """Where the standard normal distribution function has these values.

    Args:
        uniform: Tensor of numbers in [0, 1]; 0 and 1 count as 1e-6 from there.

    Returns:
        Tensor like `uniform`.
    """
    uniform = ops.clip(uniform, 1e-6, 1.0 - 1e-6)
    return math.sqrt(2.0) * ops.erfinv(2.0 * uniform - 1.0)
