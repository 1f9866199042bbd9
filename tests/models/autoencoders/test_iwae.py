"""The importance-weighted autoencoder: its bounds and its two gradients."""

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from linear_gaussian import linear_model
from linear_gaussian import marginal

import keras_genmodels as kgm
from keras_genmodels.training import value_and_grad


class TestContract(ModelContract):
    def make_model(self, **kwargs):
        return kgm.IWAE.from_shape(
            (6,), hidden_units=(16,), num_samples=3, **kwargs
        )

    def make_data(self, num_rows):
        return np.random.default_rng(0).random((num_rows, 6), dtype="float32")

    def noise(self, model, x):
        rng = np.random.default_rng(1)
        shape = (len(x), model.latent_dim)
        return {"noise": rng.standard_normal(shape).astype("float32")}


def test_the_loss_is_the_bound_and_rises_with_the_draws():
    x = marginal().rvs(16_000, random_state=0)
    exact = marginal().logpdf(x).mean()
    bounds = []
    for k in (1, 5, 50):
        model = linear_model(kgm.IWAE, posterior_shift=0.4, num_samples=k)
        model.compile()
        logs = model.evaluate(x, batch_size=1000, verbose=0, return_dict=True)
        bounds.append(-logs["loss"])
        assert logs["negative_elbo"] == pytest.approx(-bounds[0], abs=0.05)
    assert bounds[0] < bounds[1] < bounds[2] < exact + 0.01
    same = model.importance_log_prob(x, 50, seed=0).mean()
    np.testing.assert_allclose(bounds[2], same, atol=0.05)


def gradients(doubly_reparametrised, rows=20_000, seed=0):
    """Of the mean loss of many draws, at one example: (encoder, decoder)."""
    x = ops.array(np.repeat([[1.0, 0.0, -1.0, 0.5]], rows, axis=0), "float32")
    model = linear_model(
        kgm.IWAE, posterior_shift=0.4, num_samples=4, seed=seed
    )

    def loss():
        if doubly_reparametrised:
            return ops.mean(model._doubly_reparametrised(x, None)[0])
        log_weights = model.compute_log_weights(x, num_samples=4)
        return -ops.mean(ops.logsumexp(log_weights, axis=1))

    _, found = value_and_grad(loss, model.trainable_variables)
    paths = [v.path for v in model.trainable_variables]
    return {
        name: np.concatenate(
            [
                ops.convert_to_numpy(g).ravel()
                for path, g in zip(paths, found, strict=True)
                if name in path
            ]
        )
        for name in ("encoder", "decoder")
    }


def test_both_gradients_have_one_mean_and_one_decoder():
    plain, doubly = gradients(False), gradients(True)
    assert np.abs(plain["encoder"]).max() > 0.1
    np.testing.assert_allclose(doubly["decoder"], plain["decoder"], atol=1e-4)
    np.testing.assert_allclose(
        doubly["encoder"], plain["encoder"], rtol=0.02, atol=0.02
    )


@pytest.mark.slow
def test_the_doubly_reparametrised_gradient_is_less_noisy():
    noise = {
        doubly: np.std(
            [gradients(doubly, rows=20, seed=i)["encoder"] for i in range(12)],
            axis=0,
        ).mean()
        for doubly in (False, True)
    }
    assert noise[True] < 0.7 * noise[False]


@pytest.mark.slow
@pytest.mark.parametrize("doubly_reparametrised", [False, True])
def test_training_reaches_the_density(doubly_reparametrised):
    x = marginal().rvs(2000, random_state=1).astype("float32")
    model = kgm.IWAE.from_shape(
        (4,),
        latent_dim=2,
        hidden_units=(),
        likelihood="normal",
        num_samples=5,
        doubly_reparametrised=doubly_reparametrised,
        seed=0,
    )
    model.compile(keras.optimizers.Adam(0.02))
    model.fit(x, epochs=30, batch_size=100, verbose=0)
    bound = model.importance_log_prob(x, 100, seed=0).mean()
    exact = marginal().logpdf(x).mean()
    assert exact - 0.05 < bound < exact + 0.05


@pytest.mark.parametrize(
    ("arguments", "word"),
    [({"num_samples": 0}, "num_samples"), ({"beta": 2.0}, "beta")],
)
def test_bad_arguments(arguments, word):
    with pytest.raises(ValueError, match=word):
        kgm.IWAE.from_shape((4,), **arguments)
