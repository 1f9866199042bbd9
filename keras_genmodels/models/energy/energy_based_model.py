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

Symbols: E is `compute_energy`, the buffer `chains`.

Reference: Du & Mordatch, 2019, https://arxiv.org/abs/1903.08689, algorithm 1;
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
from keras_genmodels.models.energy.energy_model import EnergyModel
from keras_genmodels.models.energy.langevin import langevin_chain
from keras_genmodels.networks.convnet import conv_encoder
from keras_genmodels.networks.mlp import mlp
from keras_genmodels.training import input_gradient
from keras_genmodels.training import minimize
from keras_genmodels.training import portable_step


@keras.saving.register_keras_serializable("keras_genmodels")
class EnergyBasedModel(EnergyModel):
    """Density whose energy is a network, trained with Langevin chains.

    `from_shape` makes one with a small network of its own.

    Args:
        network: Built `keras.Model`, `(batch, *data_shape)` to `(batch, 1)`:
            the energy, in nats. It should be smooth, as with `"silu"`, and
            without batch normalisation.
        data_range: `(low, high)` of the data, which chains do not leave; or
            `None`, the default, for real numbers.
        num_chains: Int >= 1, chains in the buffer. Defaults to 1024. They are a
            weight that is not trained: a file keeps them.
        chains_per_step: Int >= 1, a divisor of `num_chains`: how many of them
            a step of training moves. Defaults to 64.
        langevin_steps: Int >= 1, how many steps these then take. Defaults to
            20.
        step_size: Float > 0, eta: the variance of the noise of a step.
            Defaults to 0.01.
        restart: Float in [0, 1], the share of chains that begin anew. Defaults
            to 0.05.
        energy_penalty: Float >= 0, weight of the mean square of all energies
            in the loss, without which they drift. Defaults to 0.1.
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
        num_chains=1024,
        chains_per_step=64,
        langevin_steps=20,
        step_size=0.01,
        restart=0.05,
        energy_penalty=0.1,
        seed=None,
        **kwargs,
    ):
        check_built("network", network)
        if network.output_shape[1:] != (1,):
            raise ValueError(
                "Expected a network (batch, *data_shape) -> (batch, 1). "
                f"Received: {network.input_shape} -> {network.output_shape}"
            )
        if data_range is not None:
            data_range = tuple(map(float, data_range))
        super().__init__(
            network.input_shape[1:], data_range=data_range, seed=seed, **kwargs
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
        self.step_size = check_step_size(step_size)
        if not 0 <= restart <= 1:
            raise ValueError(
                f"Expected `restart` in [0, 1]. Received: restart={restart}"
            )
        self.restart = float(restart)
        if not 0 <= energy_penalty < math.inf:
            raise ValueError(
                "Expected `energy_penalty` >= 0. "
                f"Received: energy_penalty={energy_penalty}"
            )
        self.energy_penalty = float(energy_penalty)
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
            **kwargs: Arguments of the constructor.
        """
        data_shape = check_shape(data_shape)
        if data_range == "auto":
            data_range = (0.0, 1.0) if len(data_shape) == 3 else None
        options = {"activation": activation, "name": "energy"}
        if network == "dense":
            units = (128, 128) if hidden_units is None else hidden_units
            network = mlp(data_shape, (1,), units, **options)
        elif network == "conv" and len(data_shape) == 3:
            units = (32, 64) if hidden_units is None else hidden_units
            network = conv_encoder(data_shape, 1, units, **options)
        else:
            raise ValueError(
                'Expected `network` to be "dense", or "conv" for images '
                f"(height, width, channels). Received: network={network!r}, "
                f"data_shape={data_shape}"
            )
        return cls(network, data_range=data_range, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_energy(self, x, training=False):
        """E(x) in nats, `(batch,)`."""
        return self.apply_network(self.network, x, training=training)[:, 0]

    def compute_score(self, x):
        """The gradient of log p(x): a tensor like `x`."""
        return -input_gradient(self.compute_energy, x)

    def compute_noise(self, num_samples):
        """Where chains begin, `(num_samples, *data_shape)`.

        Evenly spread over the range of the data; without one, standard normal.
        """
        shape = (num_samples, *self.data_shape)
        options = {"dtype": self.variable_dtype, "seed": self.seed_generator}
        if self.data_range is None:
            return keras.random.normal(shape, **options)
        return keras.random.uniform(shape, *self.data_range, **options)

    def compute_chain(
        self, x, num_steps, step_size, metropolis=False, **kwargs
    ):
        """Langevin dynamics: see `langevin.langevin_chain`."""
        return langevin_chain(
            self.compute_energy,
            x,
            self.seed_generator,
            num_steps=num_steps,
            step_size=step_size,
            metropolis=metropolis,
            data_range=self.data_range,
            **kwargs,
        )

    def compute_sample(
        self,
        num_samples,
        num_steps=None,
        step_size=None,
        metropolis=False,
        return_acceptance=False,
    ):
        """States of chains that begin at some of the buffer.

        Args:
            num_samples: Int >= 1.
            num_steps: Int >= 0. Defaults to `langevin_steps`.
            step_size: Float > 0. Defaults to the model's.
            metropolis: Bool.
            return_acceptance: Bool. Whether to return the share of steps that
                were taken, too, `(num_samples,)`.
        """
        x, accepted = self.compute_chain(
            self.compute_starts(num_samples),
            self.langevin_steps if num_steps is None else num_steps,
            step_size or self.step_size,
            metropolis,
        )
        return (x, accepted) if return_acceptance else x

    def compute_inpaint(self, x, mask, num_steps, step_size):
        """Some values drawn anew, given the others: a tensor like `x`."""
        x = ops.where(mask, self.compute_noise(ops.shape(x)[0]), x)
        return self.compute_chain(x, num_steps, step_size, unknown=mask)[0]

    def call(self, x, training=False):
        x = ops.cast(x, self.variable_dtype)
        return self.compute_energy(x, training)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)
        chains = self._moved_chains()

        def objective():
            terms = self._loss_terms(x, chains, training=True)
            return self.mean_loss(terms["loss"], sample_weight), terms

        _, terms = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self.log(sample_weight, **terms)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        terms = self._loss_terms(x, self.chains.value, training=False)
        return self.log(sample_weight, **terms)

    def _moved_chains(self):
        """A block of the buffer, some of it anew, after Langevin dynamics."""
        size = self.chains_per_step
        block = keras.random.randint(
            (), 0, self.num_chains // size, seed=self.seed_generator
        )
        start = (size * block, *[0] * len(self.data_shape))
        x = ops.slice(self.chains.value, start, (size, *self.data_shape))
        uniform = keras.random.uniform(
            (size, *[1] * len(self.data_shape)), seed=self.seed_generator
        )
        x = ops.where(uniform < self.restart, self.compute_noise(size), x)
        x, _ = self.compute_chain(x, self.langevin_steps, self.step_size)
        self.chains.assign(ops.slice_update(self.chains.value, start, x))
        return x

    def _loss_terms(self, x, chains, training):
        """Per example; of the chains, the means over all of them."""
        energy = self.compute_energy(x, training)
        of_chains = self.compute_energy(ops.stop_gradient(chains), training)
        squares = ops.square(energy) + ops.mean(ops.square(of_chains))
        pushed = ops.mean(of_chains)
        return {
            "loss": energy - pushed + self.energy_penalty * squares,
            "data_energy": energy,
            "chain_energy": pushed + ops.zeros_like(energy),
        }

    # --- verbs ------------------------------------------------------------

    def score(self, x, *, batch_size=256, verbose=0):
        """The gradient of log p(x), which does not depend on Z.

        Args:
            x: Array `(n, *data_shape)`.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`.
        """
        return self.in_batches("compute_score", x, batch_size, verbose)

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

    def inpaint(
        self,
        x,
        mask,
        *,
        num_steps=500,
        step_size=None,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Draw some values anew, given the others.

        Args:
            x: Array `(n, *data_shape)`.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            num_steps: Int >= 1, steps of Langevin dynamics from noise.
            step_size: Float > 0. Defaults to the model's.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`, equal to it where the mask is false.

        Raises:
            ValueError: If the mask is not of bools or does not fit, or an
                argument is out of range.
        """
        if step_size is None:
            step_size = self.step_size
        return self.draw_masked(
            x,
            mask,
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_steps=check_count("num_steps", num_steps),
            step_size=check_step_size(step_size),
        )

    # --- housekeeping -----------------------------------------------------

    def get_config(self):
        return {
            **super().get_config(),
            "network": keras.saving.serialize_keras_object(self.network),
            "data_range": self.data_range,
            "num_chains": self.num_chains,
            "chains_per_step": self.chains_per_step,
            "langevin_steps": self.langevin_steps,
            "step_size": self.step_size,
            "restart": self.restart,
            "energy_penalty": self.energy_penalty,
            "seed": self.seed,
        }


def check_step_size(step_size):
    """The argument as a float, if it is above 0."""
    if not 0 < step_size < math.inf:
        raise ValueError(
            f"Expected `step_size` above 0. Received: step_size={step_size}"
        )
    return float(step_size)
