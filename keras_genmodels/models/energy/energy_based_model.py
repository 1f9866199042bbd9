"""Energy-based model.

A network gives every example an energy, and the lower it is, the likelier the
example:

    p(x) = exp(-E(x)) / Z.

Any network will do; the price is Z, an integral over all x that nobody knows.
Training does without: the gradient of -log p is

    grad E(x) - E_{x' ~ p}[grad E(x')],

which pulls data down and pushes up what the model itself would draw. Draws come
from Langevin dynamics. It would take too long to begin anew in every step, so
chains go on from where they were. They are kept in a buffer, of which a step
moves a block; now and then one begins anew from noise.

Where neither data nor chains come, nothing holds a network, and its energy may
fall without end. So real numbers have a reference beside it, a wide normal:

    E(x) = f(x) + |x|^2 / (2 scale^2).

Symbols: E is `compute_energy`, f the network, the buffer `chains`.

Reference: Xie et al., 2016, https://arxiv.org/abs/1602.03264 (the reference);
Du & Mordatch, 2019, https://arxiv.org/abs/1903.08689, algorithm 1;
Nijkamp et al., 2020, https://arxiv.org/abs/1903.12370 (what chains that are too
short learn).
"""

import math

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arguments import check_built
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_shape
from keras_genmodels.distributions import sum_per_example
from keras_genmodels.models.energy.energy_model import EnergyModel
from keras_genmodels.models.energy.langevin_model import LangevinModel
from keras_genmodels.models.energy.langevin_model import check_step_size
from keras_genmodels.models.energy.langevin_model import chosen_network
from keras_genmodels.networks.convnet import conv_encoder
from keras_genmodels.networks.mlp import mlp
from keras_genmodels.training import input_gradient
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step


@keras.saving.register_keras_serializable("keras_genmodels")
class EnergyBasedModel(LangevinModel, EnergyModel):
    """Density whose energy is a network, trained with Langevin chains.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model`, `(batch, *data_shape)` to `(batch, 1)`:
            the energy, in nats. It should be smooth, as with `"silu"`, and
            without batch normalisation.
        data_range: `(low, high)` of the data, which chains do not leave; or
            `None`, the default, for real numbers.
        reference_scale: Float > 0, of real numbers: the energy is that of the
            network plus |x|^2 / (2 scale^2), which keeps it from falling far
            away, where neither data nor chains come. The data should be within
            a few times the scale. Defaults to 2.
        num_chains: Int >= 1, chains in the buffer. Defaults to 1024. They are a
            weight that is not trained: a file keeps them.
        chains_per_step: Int >= 1, a divisor of `num_chains`: how many of them
            a step of training moves. Defaults to 64.
        langevin_steps: Int >= 1, how many steps these then take. Defaults to
            20.
        step_size: Float > 0, eta: the variance of the noise of a step. No
            chain is narrower than its noise, so it should be below the least
            variance of the data in any direction. Defaults to 0.01.
        restart: Float in [0, 1], the share of chains that begin anew. Defaults
            to 0.05.
        energy_penalty: Float >= 0, weight of the mean square of all energies
            in the loss, without which they drift; the larger, the flatter the
            density. Defaults to 0.01.
        noise_scale: Float >= 0, deviation of the normal noise that training
            adds to data, within their range. A density with sharp edges, such
            as that of images whose background is exactly 0, is beyond the reach
            of chains: their steps have a noise of sqrt(eta), and that is the
            scale to choose. Defaults to 0.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)`.

    Returns:
        The energy, a tensor `(batch,)`.

    Raises:
        ValueError: If the network does not fit, or an argument is out of range.

    Example:
        >>> model = EnergyBasedModel.from_shape((2,))
        >>> model.compile()
        >>> history = model.fit(x_train, epochs=50)
        >>> model.energy(x_test).shape
        (360,)
        >>> model.sample(16, num_steps=500, seed=0).shape
        (16, 2)

    Reference:
        [Du & Mordatch, 2019](https://arxiv.org/abs/1903.08689).
    """

    log_names = ("loss", "data_energy", "chain_energy")

    def __init__(
        self,
        network,
        *,
        data_range=None,
        reference_scale=2.0,
        num_chains=1024,
        chains_per_step=64,
        langevin_steps=20,
        step_size=0.01,
        restart=0.05,
        energy_penalty=0.01,
        noise_scale=0.0,
        seed=None,
        **kwargs,
    ):
        check_built("network", network)
        outputs = kwargs.get("num_classes", 1)
        if network.output_shape[1:] != (outputs,):
            raise ValueError(
                "Expected a network (batch, *data_shape) -> (batch, "
                f"{outputs}). "
                f"Received: {network.input_shape} -> {network.output_shape}"
            )
        super().__init__(
            network.input_shape[1:],
            step_size=step_size,
            data_range=data_range,
            seed=seed,
            **kwargs,
        )
        self.network = network
        self.num_chains = check_count("num_chains", num_chains)
        self.chains_per_step = check_count("chains_per_step", chains_per_step)
        if self.num_chains % self.chains_per_step:
            raise ValueError(
                "Expected `chains_per_step` to divide `num_chains`. "
                f"Received: {num_chains=}, {chains_per_step=}"
            )
        self.langevin_steps = check_count("langevin_steps", langevin_steps)
        if not 0 < reference_scale < math.inf:
            raise ValueError(
                "Expected `reference_scale` above 0. "
                f"Received: reference_scale={reference_scale}"
            )
        self.reference_scale = float(reference_scale)
        if not 0 <= restart <= 1:
            raise ValueError(
                f"Expected `restart` in [0, 1]. Received: restart={restart}"
            )
        self.restart = float(restart)
        for name, value in (
            ("energy_penalty", energy_penalty),
            ("noise_scale", noise_scale),
        ):
            if not 0 <= value < math.inf:
                raise ValueError(
                    f"Expected `{name}` >= 0. Received: {name}={value}"
                )
        self.energy_penalty = float(energy_penalty)
        self.noise_scale = float(noise_scale)
        # Drawn by NumPy: the same on every backend.
        rng = np.random.Generator(np.random.PCG64(self.seed or 0))
        shape = (self.num_chains, *self.data_shape)
        first = rng.standard_normal(shape)
        if self.data_range is not None:
            first = rng.uniform(*self.data_range, shape)
        self.chains = self.add_weight(
            name="chains",
            shape=shape,
            initializer=lambda shape, dtype: ops.convert_to_tensor(
                first, dtype=dtype
            ),
            trainable=False,
            autocast=False,
        )
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
        num_outputs=1,
        **kwargs,
    ):
        """A model with a network made for the shape of the data.

        Args:
            data_shape: `(d,)` for vectors or `(height, width, channels)` for
                images, of any size.
            hidden_units: Ints, hidden layers; for `"conv"` numbers of filters,
                and each layer halves the image. Defaults to (128, 128), and for
                `"conv"` to (32, 64).
            network: `"dense"`, the default, or `"conv"` (images only).
            activation: String or function of the hidden layers.
            data_range: See the constructor. Defaults to (0, 1) for images,
                `None` for vectors.
            num_outputs: Int >= 1, of the network.
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        if data_range == "auto":
            data_range = (0.0, 1.0) if len(data_shape) == 3 else None
        options = {"activation": activation, "name": "energy"}
        network = chosen_network(
            network,
            data_shape,
            dense=lambda: mlp(
                data_shape,
                (num_outputs,),
                (128, 128) if hidden_units is None else hidden_units,
                **options,
            ),
            conv=lambda: conv_encoder(
                data_shape,
                num_outputs,
                (32, 64) if hidden_units is None else hidden_units,
                **options,
            ),
        )
        return cls(network, data_range=data_range, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_energy(self, x, training=False):
        """E(x) in nats, `(batch,)`."""
        energy = self.apply_network(self.network, x, training=training)[:, 0]
        return energy + self.compute_reference_energy(x)

    def compute_reference_energy(self, x):
        """-log of a wide normal, `(batch,)`; 0 if the data have a range."""
        if self.data_range is not None:
            return 0.0
        squares = sum_per_example(ops.square(x))
        return 0.5 * squares / self.reference_scale**2

    def compute_score(self, x, *labels):
        """The gradient of log p(x): a tensor like `x`."""
        return -input_gradient(lambda x: self.compute_energy(x, *labels), x)

    def compute_chain(self, x, y=None, *, metropolis=False, **kwargs):
        """Langevin dynamics: see `langevin.langevin_chain`."""
        energy = self.compute_energy if metropolis else None
        return super().compute_chain(x, y, energy=energy, **kwargs)

    def compute_sample(self, num_samples, **options):
        """States of chains that begin at some of the buffer.

        Args:
            num_samples: Int >= 1.
            **options: Of `compute_moved`.
        """
        return self.compute_moved(self.compute_starts(num_samples), **options)

    def compute_moved(
        self,
        x,
        y=None,
        *,
        num_steps=None,
        step_size=None,
        metropolis=False,
        return_acceptance=False,
    ):
        """Chains that begin at `x`, after some steps.

        Args:
            x: Tensor `(batch, *data_shape)`.
            y: Labels `(batch,)`, if the model is conditional.
            num_steps: Int >= 0. Defaults to `langevin_steps`.
            step_size: Float > 0. Defaults to the model's.
            metropolis: Bool.
            return_acceptance: Bool. Whether to return the share of steps that
                were taken, too, `(batch,)`.
        """
        x, accepted = self.compute_chain(
            x,
            y,
            num_steps=self.langevin_steps if num_steps is None else num_steps,
            step_size=step_size or self.step_size,
            metropolis=metropolis,
        )
        return (x, accepted) if return_acceptance else x

    def call(self, x, training=False):
        x = ops.cast(x, self.variable_dtype)
        return self.compute_energy(x, training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, y, sample_weight = self.unpack(data)
        x, chains = self._with_noise(x), self._moved_chains()

        def objective():
            terms = self.compute_loss_terms(x, chains, y, training=True)
            return self.mean_loss(terms["loss"], sample_weight), terms

        _, terms = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, **terms)

    @portable_step
    def test_step(self, data):
        x, y, sample_weight = self.unpack(data)
        terms = self.compute_loss_terms(x, self.chains.value, y)
        return self.log(sample_weight, **terms)

    def _with_noise(self, x):
        """Data as training sees them."""
        if self.noise_scale == 0:
            return x
        noise = keras.random.normal(
            ops.shape(x), dtype=x.dtype, seed=self.seed_generator
        )
        x = x + self.noise_scale * noise
        return x if self.data_range is None else ops.clip(x, *self.data_range)

    def _moved_chains(self):
        """A block of the buffer, some of it anew, after Langevin dynamics."""
        size = self.chains_per_step
        block = keras.random.randint(
            (), 0, self.num_chains // size, seed=self.seed_generator
        )
        # Whole numbers of one width: in float64, JAX makes others of a 0.
        zeros = [ops.zeros((), block.dtype)] * len(self.data_shape)
        start = (size * block, *zeros)
        x = ops.slice(self.chains.value, start, (size, *self.data_shape))
        uniform = keras.random.uniform(
            (size, *[1] * len(self.data_shape)), seed=self.seed_generator
        )
        x = ops.where(uniform < self.restart, self.compute_noise(size), x)
        x, _ = self.compute_chain(
            x, num_steps=self.langevin_steps, step_size=self.step_size
        )
        self.chains.assign(ops.slice_update(self.chains.value, start, x))
        return x

    def compute_loss_terms(self, x, chains, y=None, training=False):
        """What is logged, and the loss: a dict of tensors `(batch,)`.

        Args:
            x: Tensor `(batch, *data_shape)`, data.
            chains: Tensor `(rows, *data_shape)`, states of chains, of which
                the terms have the means over all.
            y: Labels `(batch,)`, if the model is conditional.
            training: Bool.
        """
        energy = self.compute_energy(x, training=training)
        return self.compute_energy_terms(energy, chains, training)

    def compute_energy_terms(self, energy, chains, training):
        """The same, given the energies of the data, `(batch,)`."""
        of_chains = self.compute_energy(
            ops.stop_gradient(chains), training=training
        )
        squares = ops.square(energy) + ops.mean(ops.square(of_chains))
        pushed = ops.mean(of_chains)
        return {
            "loss": energy - pushed + self.energy_penalty * squares,
            "data_energy": energy,
            "chain_energy": pushed + ops.zeros_like(energy),
        }

    # --- verbs ------------------------------------------------------------

    def sample(
        self,
        num_samples,
        *,
        num_steps=None,
        step_size=None,
        metropolis=False,
        return_acceptance=False,
        **kwargs,
    ):
        """Draw new data by Langevin dynamics, from states of the buffer.

        Args:
            num_samples: Int >= 1.
            num_steps: Int >= 0. Defaults to `langevin_steps`.
            step_size: Float > 0. Defaults to the model's.
            metropolis: Bool. Whether a step may be refused, which makes steps
                of any size right in the long run.
            return_acceptance: Bool. Whether to return the share of the steps
                that were taken; about 0.6 is best (Roberts & Rosenthal, 1998).
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32; with
            `return_acceptance` also an array `(num_samples,)`.

        Raises:
            ValueError: If an argument is out of range.
        """
        options = {"metropolis": True} if metropolis else {}
        if num_steps is not None:
            options["num_steps"] = check_count("num_steps", num_steps, least=0)
        if step_size is not None:
            options["step_size"] = check_step_size(step_size)
        if return_acceptance:
            options["return_acceptance"] = True
        return super().sample(num_samples, **options, **kwargs)

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
            "reference_scale": self.reference_scale,
            "num_chains": self.num_chains,
            "chains_per_step": self.chains_per_step,
            "langevin_steps": self.langevin_steps,
            "restart": self.restart,
            "energy_penalty": self.energy_penalty,
            "noise_scale": self.noise_scale,
        }
