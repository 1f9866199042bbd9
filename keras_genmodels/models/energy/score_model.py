"""Score matching: a network learns the gradient of log p(x) itself.

The score s(x) = grad log p(x) says all of a density but its constant, and the
constant is the trouble: no Z appears in a gradient. Langevin dynamics needs
nothing else. One would learn it by

    1/2 E_p |s(x) - grad log p(x)|^2,

if only the second term were known. Three ways around, with the same minimum:

    explicit:  E_p[ tr(ds/dx) + 1/2 |s(x)|^2 ],

by integration by parts, D derivatives for each example;

    sliced:    E_p E_v[ v^T (ds/dx) v + 1/2 |s(x)|^2 ],

the trace estimated by one derivative along a random v;

    denoising: 1/2 E_p E_eps |sigma s(x + sigma eps) + eps|^2,

without any derivative, but for the density of data with a little noise: this is
sigma^2 times the squared error, so that it does not grow as sigma gets small.

Symbols: s is `compute_score`, sigma is `noise_scale`.

Reference: Hyvarinen, 2005, http://jmlr.org/papers/v6/hyvarinen05a.html, theorem
1; Song et al., 2019, https://arxiv.org/abs/1905.07088, eq. 8; Vincent, 2011,
https://doi.org/10.1162/NECO_a_00142.
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.models.energy.langevin_model import LangevinModel
from keras_genmodels.models.energy.langevin_model import check_step_size
from keras_genmodels.models.energy.langevin_model import chosen_network
from keras_genmodels.networks.mlp import mlp
from keras_genmodels.networks.residual_convnet import residual_convnet
from keras_genmodels.training import jvp
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step

OBJECTIVES = ("explicit", "sliced", "denoising")


@keras.saving.register_keras_serializable("keras_genmodels")
class ScoreModel(LangevinModel):
    """Score of the data, learned in one of three ways.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model`, `(batch, *data_shape)` to the same. For
            `"explicit"` and `"sliced"` it should be smooth, as with `"silu"`.
        objective: `"denoising"`, the default; `"sliced"`; or `"explicit"`, with
            a pass for each of the D values of an example, for data of few
            values. Vincent calls the last "implicit", since the true score does
            not appear in it.
        noise_scale: Float > 0, sigma of `"denoising"`. The score is that of the
            data with normal noise of this deviation. Defaults to 0.1.
        step_size: Float > 0, eta, of the chains that draw. Defaults to 0.01.
        data_range: `(low, high)` of the data, which chains do not leave; or
            `None`, the default, for real numbers.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The score, a tensor like `x`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = ScoreModel.from_shape((2,), objective="sliced")
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=50)
        >>> model.score(x_test).shape
        (360, 2)
        >>> model.sample(16, num_steps=1000, seed=0).shape
        (16, 2)

    Reference:
        [Hyvarinen, 2005](http://jmlr.org/papers/v6/hyvarinen05a.html);
        [Vincent, 2011](https://doi.org/10.1162/NECO_a_00142);
        [Song et al., 2019](https://arxiv.org/abs/1905.07088).
    """

    def __init__(
        self,
        network,
        *,
        objective="denoising",
        noise_scale=0.1,
        step_size=0.01,
        data_range=None,
        seed=None,
        **kwargs,
    ):
        check_built("network", network)
        if network.output_shape != network.input_shape:
            raise ValueError(
                "Expected a network whose output has the shape of its input. "
                f"Received: {network.input_shape} -> {network.output_shape}"
            )
        super().__init__(
            network.input_shape[1:],
            step_size=step_size,
            data_range=data_range,
            seed=seed,
            **kwargs,
        )
        if objective not in OBJECTIVES:
            raise ValueError(
                f"Expected `objective` to be one of {OBJECTIVES}. "
                f"Received: objective={objective!r}"
            )
        if not 0 < noise_scale < math.inf:
            raise ValueError(
                "Expected `noise_scale` above 0. "
                f"Received: noise_scale={noise_scale}"
            )
        self.network = network
        self.objective = objective
        self.noise_scale = float(noise_scale)
        self.built = True

    @classmethod
    def from_shape(
        cls,
        data_shape,
        *,
        hidden_units=None,
        network="dense",
        activation="silu",
        data_range="auto",
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            hidden_units: Ints, hidden layers; for `"conv"` an int, the number
                of filters. Defaults to (128, 128), and for `"conv"` to 32.
            network: `"dense"`, the default, or `"conv"` (images only), two
                residual blocks.
            activation: String or function of the hidden layers.
            data_range: See the constructor. Defaults to (0, 1) for images,
                `None` for vectors.
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        if data_range == "auto":
            data_range = (0.0, 1.0) if len(data_shape) == 3 else None
        options = {"activation": activation, "name": "score"}
        network = chosen_network(
            network,
            data_shape,
            dense=lambda: mlp(
                data_shape,
                data_shape,
                (128, 128) if hidden_units is None else hidden_units,
                **options,
            ),
            conv=lambda: residual_convnet(
                data_shape,
                data_shape[-1],
                check_count("hidden_units", hidden_units or 32),
                num_blocks=2,
                **options,
            ),
        )
        return cls(network, data_range=data_range, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_score(self, x, training=False):
        """s(x), a tensor like `x`."""
        return self.apply_network(self.network, x, training=training)

    def compute_explicit_loss(self, x, training=False):
        """tr(ds/dx) + 1/2 |s|^2, `(batch,)`: Hyvarinen, 2005, eq. 4."""
        dim = math.prod(self.data_shape)
        # Each example as often as it has values, with one direction each.
        basis = np.eye(dim, dtype=self.variable_dtype)
        basis = ops.reshape(basis, (1, dim, *self.data_shape))
        many = ops.repeat(x[:, None], dim, axis=1)
        directions = ops.reshape(
            ops.broadcast_to(basis, ops.shape(many)), (-1, *self.data_shape)
        )
        score, slopes = self._slopes(
            ops.reshape(many, (-1, *self.data_shape)), directions, training
        )
        trace = ops.sum(ops.reshape(slopes, (-1, dim)), axis=1)
        squares = ops.reshape(sum_per_example(ops.square(score)), (-1, dim))
        return trace + 0.5 * squares[:, 0]

    def compute_sliced_loss(self, x, training=False):
        """v^T (ds/dx) v + 1/2 |s|^2, `(batch,)`: Song et al., 2019, eq. 8."""
        uniform = keras.random.uniform(
            ops.shape(x), dtype=x.dtype, seed=self.seed_generator
        )
        signs = ops.where(uniform < 0.5, -1.0, 1.0)
        score, slopes = self._slopes(x, ops.cast(signs, x.dtype), training)
        return slopes + 0.5 * sum_per_example(ops.square(score))

    def compute_denoising_loss(self, x, training=False):
        """1/2 |sigma s(x + sigma eps) + eps|^2, `(batch,)`."""
        noise = keras.random.normal(
            ops.shape(x), dtype=x.dtype, seed=self.seed_generator
        )
        score = self.compute_score(x + self.noise_scale * noise, training)
        error = self.noise_scale * score + noise
        return 0.5 * sum_per_example(ops.square(error))

    def compute_loss_terms(self, x, training=False):
        """What is minimised, by the model's objective: `(batch,)`."""
        if self.objective == "explicit":
            return self.compute_explicit_loss(x, training)
        if self.objective == "sliced":
            return self.compute_sliced_loss(x, training)
        return self.compute_denoising_loss(x, training)

    def compute_sample(self, num_samples, *, num_steps=1000, step_size=None):
        """States of chains that begin at noise."""
        x, _ = self.compute_chain(
            self.compute_noise(num_samples),
            num_steps=num_steps,
            step_size=step_size or self.step_size,
        )
        return x

    def call(self, x, training=False):
        return self.compute_score(ops.cast(x, self.variable_dtype), training)

    def _slopes(self, x, directions, training):
        """s, and v^T (ds/dx) v: `(batch, *data_shape)`, `(batch,)`."""
        score, change = jvp(
            lambda x: self.compute_score(x, training), x, directions
        )
        return score, sum_per_example(directions * change)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)

        def objective():
            loss = self.compute_loss_terms(x, training=True)
            return self.mean_loss(loss, sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, loss=loss)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        return self.log(sample_weight, loss=self.compute_loss_terms(x))

    # --- verbs ------------------------------------------------------------

    def sample(self, num_samples, *, num_steps=1000, step_size=None, **kwargs):
        """Draw new data by Langevin dynamics from noise.

        Chains find it hard to cross a region without data, where the score was
        never learned: how many end in each of several clusters says little.

        Args:
            num_samples: Int >= 1.
            num_steps: Int >= 0.
            step_size: Float > 0. Defaults to the model's.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32.

        Raises:
            ValueError: If an argument is out of range.
        """
        if step_size is not None:
            kwargs["step_size"] = check_step_size(step_size)
        num_steps = check_count("num_steps", num_steps, least=0)
        return super().sample(num_samples, num_steps=num_steps, **kwargs)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
            "objective": self.objective,
            "noise_scale": self.noise_scale,
        }
