"""Restricted Boltzmann machine.

Bits v that are seen and bits h that are not, joined by weights, but neither
among themselves:

    p(v, h) = exp(-E(v, h)) / Z,   E(v, h) = -b v - c h - v W h.

So each side, given the other, falls apart into single bits,

    p(h_j = 1 | v) = sigmoid(c_j + sum_i v_i W_ij),
    p(v_i = 1 | h) = sigmoid(b_i + sum_j W_ij h_j),

and h can be summed out. What is left is the free energy of v,

    F(v) = -b v - sum_j log(1 + exp(c_j + (v W)_j)),   p(v) = exp(-F(v)) / Z.

The gradient of -log p is that of F at the data less its mean under the model:
data are pulled down, what the model draws is pushed up. Draws come from chains
that redraw h and v in turns. They begin at the data and take k steps
(contrastive divergence, CD-k), or go on from where the last batch left them
(persistent chains, PCD), which is nearer to the model.

Z is a sum over all states. It is computed, if one side has few units, or
estimated by annealed importance sampling (AIS): runs are led from a machine
without weights, whose Z is known, to this one, in K small steps, and each
carries the weight

    w = product over k of p*_k(v_k) / p*_{k-1}(v_k),   E[w] = Z / Z_0.

Symbols: W is `kernel`, b `visible_bias`, c `hidden_bias`; F is
`compute_energy`, p* is exp(-F).

Reference: Hinton, 2002, https://doi.org/10.1162/089976602760128018 (CD);
Tieleman, 2008, https://doi.org/10.1145/1390156.1390290 (PCD); Salakhutdinov &
Murray, 2008, https://doi.org/10.1145/1390156.1390266, section 4 (AIS).
"""

import math
import typing

import keras
import numpy as np
from keras import ops

from keras_genmodels._internal.arcs import check_noise
from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.levels import check_levels
from keras_genmodels.models.energy.energy_model import EnergyModel
from keras_genmodels.training import minimize
from keras_genmodels.training import noise_in_loop
from keras_genmodels.training import portable_step
from keras_genmodels.training import run_in_batches

MOST_ENUMERATED = 20  # units of the smaller side
METHODS = ("exact", "ais")


class LogPartition(typing.NamedTuple):
    """log Z in nats, and how well it is known.

    Attributes:
        value: Float, log Z.
        standard_error: Float, of the value; 0 if it is exact.
        effective_sample_size: Float, how many equally weighted runs tell as
            much as those of AIS do; infinite if it is exact.
    """

    value: float
    standard_error: float
    effective_sample_size: float


@keras.saving.register_keras_serializable("keras_genmodels")
class RBM(EnergyModel):
    """Restricted Boltzmann machine of bits.

    Args:
        data_shape: Tuple of ints, the shape of one example.
        hidden_units: Int >= 1. Defaults to 256.
        gibbs_steps: Int >= 1, k, how often the chains redraw all units in a
            step of training. Defaults to 1.
        num_chains: Int >= 0, persistent chains; with 0, chains begin at the
            data in each step. Defaults to 100. They are a weight that is not
            trained: a file keeps them.
        seed: Optional int for the noise.

    Call arguments:
        x: Tensor `(batch, *data_shape)` of bits.

    Returns:
        Probabilities of the hidden units, `(batch, hidden_units)`.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> rbm = RBM.from_shape((8, 8, 1), hidden_units=64)
        >>> rbm.compile()
        >>> rbm.initialize(binarize(x_train))
        >>> history = rbm.fit(binarize(x_train), epochs=100)
        >>> log_z = rbm.log_partition(method="ais", seed=0)
        >>> rbm.log_prob(binarize(x_test), log_partition=log_z.value).shape
        (360,)

    Reference:
        [Hinton, 2002](https://doi.org/10.1162/089976602760128018);
        [Tieleman, 2008](https://doi.org/10.1145/1390156.1390290).
    """

    log_names = ("loss", "pseudo_nll")

    def __init__(
        self,
        data_shape,
        hidden_units=256,
        *,
        gibbs_steps=1,
        num_chains=100,
        seed=None,
        **kwargs,
    ):
        super().__init__(data_shape, data_range=(0.0, 1.0), seed=seed, **kwargs)
        self.num_values = math.prod(self.data_shape)
        self.hidden_units = check_count("hidden_units", hidden_units)
        self.gibbs_steps = check_count("gibbs_steps", gibbs_steps)
        self.num_chains = check_count("num_chains", num_chains, least=0)
        self.latent_dim = self.hidden_units  # of what `decode` takes
        sizes = self.num_values, self.hidden_units
        self.kernel = self._weight(
            "kernel", sizes, keras.initializers.RandomNormal(stddev=0.01)
        )
        self.visible_bias = self._weight("visible_bias", sizes[:1], "zeros")
        self.hidden_bias = self._weight("hidden_bias", sizes[1:], "zeros")
        self.chains = None
        if self.num_chains:
            self.chains = self._weight(
                "chains", (self.num_chains, sizes[0]), "zeros", trainable=False
            )
        self.built = True

    def _weight(self, name, shape, initializer, trainable=True):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=initializer,
            trainable=trainable,
            autocast=False,
        )

    @classmethod
    def from_shape(cls, data_shape, **kwargs):
        """The constructor, under the name that all models have it by."""
        return cls(data_shape, **kwargs)

    # --- the model, of tensors --------------------------------------------

    def compute_energy(self, x):
        """The free energy F(v), `(batch,)`: -log p(v) less log Z, in nats."""
        return self._flat_energy(self._flat(x))

    def compute_encode(self, x):
        """p(h = 1 | v), `(batch, hidden_units)`."""
        return ops.sigmoid(self._hidden_log_odds(self._flat(x)))

    def compute_decode(self, z):
        """p(v = 1 | h), `(batch, *data_shape)`."""
        z = ops.cast(z, self.variable_dtype)
        return self._shaped(ops.sigmoid(self._visible_log_odds(z)))

    def compute_gibbs(self, v, num_steps, unknown=None):
        """Redraw all hidden and all visible units, `num_steps` times.

        Args:
            v: Tensor `(batch, num_values)`, bits.
            num_steps: Int >= 0.
            unknown: Optional bool tensor like `v`: what to redraw.

        Returns:
            Tensor like `v`.
        """

        def step(_, carried):
            v, state = carried
            uniform, state = self._uniform(v, state)
            new = self._redrawn(v, uniform)
            if unknown is not None:
                new = ops.where(unknown, new, v)
            return new, state

        state = ops.convert_to_tensor(self.seed_generator.state)
        v, state = ops.fori_loop(0, num_steps, step, (v, state))
        self.seed_generator.state.assign(state)
        return v

    def compute_sample(self, num_samples, num_steps=200, mean=False):
        """States of chains, `(num_samples, *data_shape)`.

        They begin at persistent chains, or where there are none, at single bits
        drawn by the biases.

        Args:
            num_samples: Int >= 1.
            num_steps: Int >= 0.
            mean: Bool. Whether to return p(v = 1 | h) of one more draw of h.
        """
        if self.chains is None:
            v = self._drawn_by(self._biases(num_samples))
        else:
            v = self.compute_starts(num_samples)
        v = self.compute_gibbs(v, num_steps)
        if mean:
            h = self._drawn_by(self._hidden_log_odds(v))
            v = ops.sigmoid(self._visible_log_odds(h))
        return self._shaped(v)

    def compute_inpaint(self, x, mask, num_steps):
        """Some bits redrawn, given the others: a tensor like `x`."""
        v, unknown = self._flat(x), ops.reshape(mask, (-1, self.num_values))
        v = ops.where(unknown, self._drawn_by(self._biases(ops.shape(v)[0])), v)
        return self._shaped(self.compute_gibbs(v, num_steps, unknown))

    def compute_log_weights(self, num_runs, num_steps):
        """log w of runs of annealed importance sampling, `(num_runs,)`.

        The machine at beta in [0, 1] has beta times the weights and hidden
        biases, and the same visible biases: at 0 it is one of single bits.
        Salakhutdinov & Murray, 2008, algorithm 1, eq. 13-16.
        """
        v = self._drawn_by(self._biases(num_runs))

        def step(k, carried):
            v, log_weights, state = carried
            now, later = (ops.cast(k + i, v.dtype) / num_steps for i in (0, 1))
            # The visible biases' part of both energies is the same.
            log_odds = self._hidden_log_odds(v)
            log_weights += ops.sum(
                ops.softplus(later * log_odds) - ops.softplus(now * log_odds),
                axis=1,
            )
            uniform, state = self._uniform(v, state)
            return self._redrawn(v, uniform, later), log_weights, state

        state = ops.convert_to_tensor(self.seed_generator.state)
        _, log_weights, state = ops.fori_loop(
            0, num_steps, step, (v, ops.zeros_like(v[:, 0]), state)
        )
        self.seed_generator.state.assign(state)
        return log_weights

    def call(self, x):
        return self.compute_encode(x)

    def _flat(self, x):
        x = ops.cast(x, self.variable_dtype)
        return ops.reshape(x, (-1, self.num_values))

    def _shaped(self, v):
        return ops.reshape(v, (-1, *self.data_shape))

    def _flat_energy(self, v):
        hidden = ops.softplus(self._hidden_log_odds(v))
        visible = ops.matmul(v, self.visible_bias.value[:, None])[:, 0]
        return -visible - ops.sum(hidden, axis=1)

    def _hidden_log_odds(self, v):
        return self.hidden_bias.value + ops.matmul(v, self.kernel.value)

    def _visible_log_odds(self, h, beta=1.0):
        weighted = ops.matmul(h, ops.transpose(self.kernel.value))
        return self.visible_bias.value + beta * weighted

    def _redrawn(self, v, uniform, beta=1.0):
        """Hidden units given v, then visible units given these."""
        log_odds = beta * self._hidden_log_odds(v)
        h = uniform[:, : self.hidden_units] < ops.sigmoid(log_odds)
        log_odds = self._visible_log_odds(ops.cast(h, v.dtype), beta)
        v_new = uniform[:, self.hidden_units :] < ops.sigmoid(log_odds)
        return ops.cast(v_new, v.dtype)

    def _uniform(self, v, state):
        """A number for each unit, and how far the stream has come."""
        shape = (ops.shape(v)[0], self.hidden_units + self.num_values)
        return noise_in_loop(
            self.seed_generator, state, shape, v.dtype, keras.random.uniform
        )

    def _biases(self, num_rows):
        """Log odds of visible units without weights, `(num_rows, D)`."""
        shape = (num_rows, self.num_values)
        return ops.broadcast_to(self.visible_bias.value, shape)

    def _drawn_by(self, log_odds):
        """Bits: a tensor like `log_odds`, not in a loop."""
        uniform = keras.random.uniform(
            ops.shape(log_odds), dtype=log_odds.dtype, seed=self.seed_generator
        )
        return ops.cast(uniform < ops.sigmoid(log_odds), log_odds.dtype)

    # --- training ---------------------------------------------------------

    @portable_step
    def train_step(self, data):
        x, _, sample_weight = self.unpack(data)
        v = self._flat(x)
        start = v if self.chains is None else self.chains.value
        chains = self.compute_gibbs(start, self.gibbs_steps)
        if self.chains is not None:
            self.chains.assign(chains)

        def objective():
            loss = self._pull_and_push(v, chains)
            return self.mean_loss(loss, sample_weight), loss

        _, loss = minimize(
            objective, self.trainable_variables, self.optimizer, has_aux=True
        )
        return self._log_batch(v, loss, sample_weight)

    @portable_step
    def test_step(self, data):
        x, _, sample_weight = self.unpack(data)
        v = self._flat(x)
        chains = self.chains
        if chains is None:
            chains = self.compute_gibbs(v, self.gibbs_steps)
        loss = self._pull_and_push(v, ops.convert_to_tensor(chains))
        return self._log_batch(v, loss, sample_weight)

    def _pull_and_push(self, v, chains):
        """F of the data less F of the chains, `(batch,)`."""
        pushed = self._flat_energy(ops.stop_gradient(chains))
        if self.chains is not None:
            pushed = ops.mean(pushed)
        return self._flat_energy(v) - pushed

    def _log_batch(self, v, loss, sample_weight):
        """The loss, and -log of the pseudo-likelihood, by one bit of each row.

        D times -log p(v_i | all other bits), of an i drawn at random.
        """
        index = keras.random.randint(
            (ops.shape(v)[0],), 0, self.num_values, seed=self.seed_generator
        )
        drawn = ops.one_hot(index, self.num_values, dtype=v.dtype)
        flipped = v + drawn * (1.0 - 2.0 * v)
        gain = self._flat_energy(flipped) - self._flat_energy(v)
        pseudo_nll = self.num_values * ops.softplus(-gain)
        return self.log(sample_weight, loss=loss, pseudo_nll=pseudo_nll)

    def initialize(self, x, *, seed=None):
        """Set the biases to log odds of the bits, and the chains to data.

        Learning then begins at the density of independent bits (Hinton, 2012,
        https://doi.org/10.1007/978-3-642-35289-8_32, section 8).

        Args:
            x: Array `(n, *data_shape)` of bits, training data.
            seed: Optional int, of which data become chains.
        """
        x = self.check_data(x).reshape(len(x), -1)
        # As if one more example of each kind had been seen.
        share = (x.sum(axis=0) + 1) / (len(x) + 2)
        self.visible_bias.assign(np.log(share / (1 - share)))
        if self.chains is not None:
            rng = np.random.default_rng(seed)
            self.chains.assign(x[rng.integers(len(x), size=self.num_chains)])

    # --- verbs ------------------------------------------------------------

    def log_partition(
        self, method=None, *, num_runs=200, num_steps=1000, seed=None
    ):
        """log Z, by enumeration or annealed importance sampling.

        The estimate of Z is unbiased, so that of log Z comes out low on
        average, and log p(x) looks better than it is; the more so, the larger
        the standard error.

        Args:
            method: `"exact"`, if one side has at most 20 units, or `"ais"`.
                Defaults to the first where it can be had.
            num_runs: Int >= 2, runs of AIS. Defaults to 200.
            num_steps: Int >= 1, K, steps of each. Defaults to 1000; more make
                the weights more alike.
            seed: Optional int of AIS.

        Returns:
            `LogPartition`: `value`, `standard_error`, `effective_sample_size`.

        Raises:
            ValueError: If an argument is out of range, or there are too many
                units to enumerate.
        """
        least = min(self.num_values, self.hidden_units)
        if method is None:
            method = "exact" if least <= MOST_ENUMERATED else "ais"
        if method not in METHODS:
            raise ValueError(
                f"Expected `method` to be one of {METHODS}. "
                f"Received: method={method!r}"
            )
        num_runs = check_count("num_runs", num_runs, least=2)
        num_steps = check_count("num_steps", num_steps)
        if method == "exact":
            if least > MOST_ENUMERATED:
                raise ValueError(
                    f"Expected at most {MOST_ENUMERATED} units on one side for "
                    f'"exact". Received: {self.num_values} values and '
                    f"{self.hidden_units} hidden units"
                )
            return LogPartition(self._enumerated(), 0.0, math.inf)
        log_weights = run_in_batches(
            self,
            "compute_log_weights",
            num_rows=num_runs,
            batch_size=num_runs,
            seed=seed,
            num_steps=num_steps,
        ).astype("float64")
        weights = np.exp(log_weights - log_weights.max())
        bias = ops.convert_to_numpy(self.visible_bias).astype("float64")
        first = np.logaddexp(0, bias).sum() + self.hidden_units * math.log(2)
        spread = weights.std(ddof=1) / weights.mean()
        return LogPartition(
            float(first + log_weights.max() + np.log(weights.mean())),
            float(spread / math.sqrt(num_runs)),
            float(weights.sum() ** 2 / np.square(weights).sum()),
        )

    def _enumerated(self):
        """log Z as a sum over all states of the smaller side, in float64."""
        kernel, visible, hidden = (
            ops.convert_to_numpy(weight).astype("float64")
            for weight in (self.kernel, self.visible_bias, self.hidden_bias)
        )
        if self.num_values > self.hidden_units:
            kernel, visible, hidden = kernel.T, hidden, visible
        places = np.arange(len(visible))
        total = -np.inf
        for rows in np.array_split(
            np.arange(2 ** len(visible)), 2 ** max(0, len(visible) - 12)
        ):
            states = (rows[:, None] >> places & 1).astype("float64")
            summed = np.logaddexp(0, hidden + states @ kernel).sum(axis=1)
            total = np.logaddexp(
                total, np.logaddexp.reduce(states @ visible + summed)
            )
        return float(total)

    def log_prob(
        self,
        x,
        *,
        log_partition=None,
        seed=None,
        batch_size=256,
        verbose=0,
    ):
        """Log probability of data.

        Args:
            x: Array `(n, *data_shape)` of bits.
            log_partition: Float, log Z. If missing, `log_partition()` is asked
                for it, which may take a while.
            seed: Optional int of AIS, if it is needed.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n,)`, nats: exact, but for the error of log Z.
        """
        energy = self.energy(x, batch_size=batch_size, verbose=verbose)
        if log_partition is None:
            log_partition = self.log_partition(seed=seed).value
        return -energy - np.float32(log_partition)

    def sample(self, num_samples, *, num_steps=200, mean=False, **kwargs):
        """Draw new data by a chain for each example.

        Args:
            num_samples: Int >= 1.
            num_steps: Int >= 0, how often all units are redrawn. Chains forget
                their beginning slowly; those that training has left are near
                to the model, those of `num_chains=0` need more steps.
            mean: Bool. Whether to return probabilities of the bits, given the
                hidden units, which look smoother. Defaults to `False`.
            **kwargs: `seed`, `batch_size` and `verbose`, as for all models.

        Returns:
            Array `(num_samples, *data_shape)`, float32.
        """
        num_steps = check_count("num_steps", num_steps, least=0)
        return super().sample(
            num_samples, num_steps=num_steps, mean=bool(mean), **kwargs
        )

    def encode(self, x, *, batch_size=256, verbose=0):
        """Probabilities of the hidden units: features of data.

        Args:
            x: Array `(n, *data_shape)` of bits.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, hidden_units)`.
        """
        return self.in_batches(
            "compute_encode", x, None, batch_size=batch_size, verbose=verbose
        )

    def decode(self, z, *, batch_size=256, verbose=0):
        """Probabilities of the visible units, given hidden ones.

        Args:
            z: Array `(n, hidden_units)` of numbers in [0, 1].
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array `(n, *data_shape)`.

        Raises:
            ValueError: If the codes are of another shape, or not finite.
        """
        return run_in_batches(
            self,
            "compute_decode",
            (check_noise(z, (self.hidden_units,)),),
            batch_size=batch_size,
            verbose=verbose,
        )

    def inpaint(
        self, x, mask, *, num_steps=200, seed=None, batch_size=256, verbose=0
    ):
        """Draw some bits anew, given the others.

        Args:
            x: Array `(n, *data_shape)` of bits.
            mask: Bool array that broadcasts to `x`: what to draw anew.
            num_steps: Int >= 1, how often these and all hidden units are
                redrawn.
            seed: Optional int. The same seed gives the same draw.
            batch_size: Int >= 1.
            verbose: 0 or 1.

        Returns:
            Array like `x`, equal to it where the mask is false.

        Raises:
            ValueError: If the mask is not of bools or does not fit, or an
                argument is out of range.
        """
        num_steps = check_count("num_steps", num_steps)
        return self.draw_masked(
            x,
            mask,
            batch_size=batch_size,
            seed=seed,
            verbose=verbose,
            num_steps=num_steps,
        )

    # --- housekeeping -----------------------------------------------------

    def check_data(self, x, name="x"):
        """As for every model, and the values must be bits."""
        x = super().check_data(x, name)
        check_levels(x, 2, self.data_range, name)
        return x

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": list(self.data_shape),
            "hidden_units": self.hidden_units,
            "gibbs_steps": self.gibbs_steps,
            "num_chains": self.num_chains,
            "seed": self.seed,
        }
