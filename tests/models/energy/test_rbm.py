"""The restricted Boltzmann machine, small enough to count all its states."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from scipy import special
from sklearn.neural_network import BernoulliRBM

import keras_genmodels as kgm


class TestContract(ModelContract):
    density, density_draws = "log_prob", False
    tensor_density = "compute_energy"
    loss_noise = 100.0  # around zero
    num_chains = 10
    endpoints = ("serve", "sample", "decode")

    def make_model(self, **kwargs):
        return kgm.RBM.from_shape(
            (2, 3, 1), hidden_units=4, num_chains=self.num_chains, **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.integers(0, 2, (num_rows, 2, 3, 1)).astype("float32")


@pytest.mark.slow
class TestWithoutChains(TestContract):
    num_chains = 0


def states(size):
    places = np.arange(2**size)[:, None] >> np.arange(size) & 1
    return places.astype("float32")


def shaken(num_values=6, hidden_units=5, scale=1.0, **kwargs):
    """An RBM with large random weights."""
    rng = np.random.default_rng(0)
    model = kgm.RBM((num_values,), hidden_units, **{"seed": 0, **kwargs})
    for weight in model.trainable_variables:
        weight.assign(scale * rng.normal(size=weight.shape))
    return model


def arrays(model):
    weights = model.kernel, model.visible_bias, model.hidden_bias
    return [ops.convert_to_numpy(w).astype("float64") for w in weights]


def joint(model):
    """-E of all pairs of states, `(2^D, 2^H)`."""
    kernel, b, c = arrays(model)
    v, h = states(len(b)), states(len(c))
    return (v @ b)[:, None] + h @ c + v @ kernel @ h.T


@pytest.fixture(scope="module")
def model():
    return shaken()


# --- the density --------------------------------------------------------------


def test_energies_are_those_of_all_pairs_of_states(model):
    energy = model.energy(states(6))
    expected = -special.logsumexp(joint(model), axis=1)
    np.testing.assert_allclose(energy, expected, rtol=1e-5, atol=1e-5)


def test_energies_are_those_of_scikit_learn(model):
    kernel, b, c = arrays(model)
    other = BernoulliRBM()
    other.components_ = kernel.T
    other.intercept_visible_, other.intercept_hidden_ = b, c
    x = states(6)
    np.testing.assert_allclose(
        model.energy(x), other._free_energy(x), rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(
        model.encode(x), other._mean_hiddens(x), atol=1e-6
    )
    h = states(5)
    np.testing.assert_allclose(
        model.decode(h), special.expit(h @ kernel.T + b), atol=1e-6
    )


@pytest.mark.parametrize("sizes", [(6, 5), (5, 6), (3, 9), (13, 14)])
def test_probabilities_sum_to_one(sizes):
    model = shaken(*sizes, scale=0.5)
    p = np.exp(model.log_prob(states(sizes[0])).astype("float64"))
    assert p.sum() == pytest.approx(1, abs=1e-5)
    assert model.log_partition("exact").standard_error == 0


def test_both_sides_give_the_same_constant(model):
    kernel, b, c = arrays(model)
    turned = kgm.RBM((5,), 6)
    for weight, value in zip(
        (turned.kernel, turned.visible_bias, turned.hidden_bias),
        (kernel.T, c, b),
        strict=True,
    ):
        weight.assign(value)
    log_z = special.logsumexp(joint(model))
    for machine in (model, turned):
        assert machine.log_partition("exact").value == pytest.approx(log_z)


def test_annealed_importance_sampling():
    model = shaken(20, 12, scale=0.7)
    exact = model.log_partition("exact").value
    estimates = [
        model.log_partition("ais", num_runs=200, num_steps=1000, seed=seed)
        for seed in range(4)
    ]
    values = np.array([estimate.value for estimate in estimates])
    assert np.abs(values - exact).max() < 0.1
    for value, error, size in estimates:
        assert 0 < error < 0.1
        assert abs(value - exact) < 5 * error
        assert 20 < size < 200
    # Without steps, only the reference's constant is left: no estimate.
    poor = model.log_partition("ais", num_runs=200, num_steps=1, seed=0)
    assert poor.standard_error > 3 * estimates[0].standard_error


def test_few_steps_of_annealing_are_unbiased_too():
    """Of Z, not of log Z."""
    model = shaken(4, 3)
    exact = model.log_partition("exact").value
    estimate = model.log_partition("ais", num_runs=20_000, num_steps=3, seed=0)
    assert estimate.standard_error < 0.03
    assert abs(estimate.value - exact) < 4 * estimate.standard_error


def test_a_constant_that_is_given_is_used(model):
    x = states(6)
    np.testing.assert_allclose(
        model.log_prob(x, log_partition=3.0), -model.energy(x) - 3, atol=1e-5
    )


# --- chains -------------------------------------------------------------------


def test_chains_draw_from_the_density():
    model = shaken(4, 3, num_chains=0)
    p = np.exp(model.log_prob(states(4)).astype("float64"))
    drawn = model.sample(20_000, num_steps=300, seed=0)
    assert set(np.unique(drawn)) == {0, 1}
    counts = np.bincount((drawn @ 2 ** np.arange(4)).astype(int), minlength=16)
    np.testing.assert_allclose(counts / 20_000, p, atol=0.015)
    means = model.sample(20_000, num_steps=300, mean=True, seed=0)
    np.testing.assert_allclose(means.mean(0), p @ states(4), atol=0.015)
    assert 0 < means.min() and means.max() < 1


def test_inpainting_draws_from_the_conditional():
    model = kgm.RBM((4,), 2)
    kernel = 3 * np.array([[1, 0], [0, 1], [1, 0], [0, -1]])
    model.kernel.assign(kernel)  # the third bit is like the first
    model.visible_bias.assign(-kernel.sum(axis=1) / 2)
    model.hidden_bias.assign(-kernel.sum(axis=0) / 2)
    p = np.exp(model.log_prob(states(4)).astype("float64")).reshape(2, 2, 2, 2)
    x = np.tile(np.float32([0, 0, 0, 1]), (10_000, 1))
    given = p[1, 0]  # by [fourth, third, second, first]
    given = given / given.sum()
    assert np.abs(given - p.sum(axis=(0, 1))).max() > 0.1
    mask = np.array([True, True, False, False])
    drawn = model.inpaint(x, mask, num_steps=60, seed=0)
    np.testing.assert_array_equal(drawn[:, 2:], x[:, 2:])
    counts = np.bincount((drawn @ [1, 2, 0, 0]).astype(int), minlength=4)
    np.testing.assert_allclose(counts / 10_000, given.ravel(), atol=0.02)


def test_persistent_chains_go_on_and_are_saved(tmp_path):
    model = shaken(num_chains=7)
    model.compile()
    x = states(6)
    seen = []
    for _ in range(3):
        model.train_on_batch(x)
        seen.append(ops.convert_to_numpy(model.chains).copy())
        assert set(np.unique(seen[-1])) <= {0, 1}
    assert (seen[0] != seen[1]).any() and (seen[1] != seen[2]).any()
    before = ops.convert_to_numpy(model.chains)
    model.test_on_batch(x)
    np.testing.assert_array_equal(ops.convert_to_numpy(model.chains), before)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded.chains), before)


# --- learning -----------------------------------------------------------------


def test_with_chains_of_the_model_the_gradient_is_that_of_the_likelihood():
    """Chains that hold every state as often as it is likely."""
    model = shaken(4, 3, scale=0.8, num_chains=50_000)
    p = np.exp(model.log_prob(states(4)).astype("float64"))
    rng = np.random.default_rng(1)
    model.chains.assign(states(4)[rng.choice(16, 50_000, p=p / p.sum())])
    x = states(4)[[1, 5, 5, 12]]
    kernel, b, c = arrays(model)
    hidden = special.expit(c + states(4) @ kernel)
    seen = special.expit(c + x @ kernel)
    expected = [
        (p[:, None] * states(4)).T @ hidden - x.T @ seen / 4,
        p @ states(4) - x.mean(axis=0),
        p @ hidden - seen.mean(axis=0),
    ]
    before = arrays(model)
    model.compile(keras.optimizers.SGD(1.0))
    model.train_on_batch(x)
    for old, new, gradient in zip(before, arrays(model), expected, strict=True):
        np.testing.assert_allclose(old - new, gradient, atol=0.02)


def test_the_pseudo_likelihood_is_that_of_single_bits(model):
    """On average over the bit that is drawn."""
    log_p = model.log_prob(states(6)).astype("float64")
    exact = np.zeros(64)
    for i in range(6):
        other = log_p[np.arange(64) ^ (1 << i)]
        exact += log_p - np.logaddexp(log_p, other)
    likely = np.argsort(log_p)[-20:]
    model.compile()
    logs = model.evaluate(
        np.tile(states(6)[likely], (300, 1)),
        batch_size=6000,
        verbose=0,
        return_dict=True,
    )
    assert logs["pseudo_nll"] == pytest.approx(-exact[likely].mean(), rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("num_chains", "most"), [(0, 0.5), (500, 0.3)])
def test_it_learns_bars(num_chains, most):
    """Each row of a 3 x 3 image is on or off: 8 images, log 8 nats.

    Chains that begin at the data see less of the model, and cost more.
    """
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (2000, 3, 1)).repeat(3, axis=2).astype("float32")
    keras.utils.set_random_seed(0)
    model = kgm.RBM((3, 3), 12, gibbs_steps=5, num_chains=num_chains, seed=0)
    model.initialize(x, seed=0)
    rate = keras.optimizers.schedules.CosineDecay(3e-2, 60 * 20)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x, batch_size=100, epochs=60, verbose=0)
    nats = -model.log_prob(x[:200]).mean()
    assert np.log(8) < nats < np.log(8) + most


def test_biases_begin_at_log_odds():
    model = kgm.RBM((6,), 3, num_chains=9)
    x = states(6)[:48]
    model.initialize(x, seed=0)
    share = (x.sum(axis=0) + 1) / 50
    np.testing.assert_allclose(
        model.sample(20_000, num_steps=0, seed=0).mean(0),
        ops.convert_to_numpy(model.chains).mean(0),
        atol=0.02,
    )
    np.testing.assert_allclose(
        special.expit(ops.convert_to_numpy(model.visible_bias)),
        share,
        rtol=1e-5,
    )


# --- what it refuses ----------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kgm.RBM((4,), 0), "hidden_units"),
        (lambda: kgm.RBM((4,), gibbs_steps=0), "gibbs_steps"),
        (lambda: kgm.RBM((4,), num_chains=-1), "num_chains"),
        (lambda: shaken().energy(np.full((2, 6), 0.5)), "levels"),
        (lambda: shaken().sample(2, num_steps=-1), "num_steps"),
        (lambda: shaken().log_partition("guess"), "method"),
        (lambda: shaken().log_partition("ais", num_runs=1), "num_runs"),
        (lambda: shaken(30, 21).log_partition("exact"), "at most 20 units"),
        (lambda: shaken().inpaint(states(6), np.ones(6)), "mask of bools"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"{message}.*Received"):
        call()
