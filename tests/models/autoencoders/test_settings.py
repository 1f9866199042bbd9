"""What becomes of an assignment between two calls of `fit`."""

import keras
import numpy as np
import pytest

import keras_genmodels as kgm
from keras_genmodels import layers
from keras_genmodels.callbacks import BetaWarmUp

X = np.random.default_rng(0).random((40, 6), dtype="float32")


def vae(**kwargs):
    return kgm.VAE.from_shape((6,), hidden_units=(8,), seed=0, **kwargs)


def vq_vae(**kwargs):
    return kgm.VQVAE.from_shape(
        (6,),
        hidden_units=(8,),
        code_length=2,
        embedding_dim=3,
        num_embeddings=4,
        seed=0,
        **kwargs,
    )


WEIGHTS = pytest.mark.parametrize(
    ("make", "name", "term"),
    [(vae, "beta", "kl"), (vq_vae, "commitment_cost", "commitment")],
)


def check_weight(logs, term, weight):
    loss, reconstruction, weighed = (
        np.ravel(logs[name])[0] for name in ("loss", "reconstruction", term)
    )
    assert weighed > 0
    expected = reconstruction + weight * weighed
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@WEIGHTS
def test_a_weight_of_the_loss_acts_from_the_next_step_on(make, name, term):
    model = make(**{name: 0.5})
    model.compile()
    for weight in (0.5, 100.0, 3):
        setattr(model, name, weight)  # steps are compiled by now
        logs = model.fit(X, batch_size=20, verbose=0).history
        check_weight(logs, term, weight)
        logs = model.evaluate(X, batch_size=20, verbose=0, return_dict=True)
        check_weight(logs, term, weight)
    getattr(model, name).assign(7.0)  # as callbacks do
    logs = model.fit(X, batch_size=20, verbose=0).history
    check_weight(logs, term, 7.0)


@WEIGHTS
def test_the_file_keeps_it(make, name, term, tmp_path):
    model = make()
    model.compile()
    setattr(model, name, 4.0)
    assert model.get_config()[name] == 4.0
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.get_config()[name] == 4.0
    logs = loaded.evaluate(X, batch_size=20, verbose=0, return_dict=True)
    check_weight(logs, term, 4.0)


@WEIGHTS
@pytest.mark.parametrize(
    "value", [-1.0, float("nan"), float("inf"), "one", None]
)
def test_no_other_values(make, name, term, value):
    model = make()
    with pytest.raises(ValueError, match=f"`{name}`.*Received"):
        setattr(model, name, value)
    assert model.get_config()[name] == make().get_config()[name]


def test_an_iwae_has_no_beta():
    model = kgm.IWAE.from_shape((6,), hidden_units=(8,))
    model.compile()
    assert model.beta is None
    with pytest.raises(AttributeError, match="without `beta`"):
        model.beta = 4.0
    before = model.get_weights()
    with pytest.raises(ValueError, match="beta.*Received: IWAE"):
        model.fit(X, callbacks=[BetaWarmUp(epochs=2)], verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (layers.VectorQuantizer(4, 3), "ema_momentum"),
        (layers.VectorQuantizer(4, 3), "dead_share"),
        (layers.GaussianCorruption(0.3), "scale"),
        (layers.MaskingCorruption(0.3), "rate"),
        (layers.SaltAndPepperCorruption(0.3), "high"),
        (layers.NormalLikelihood(0.3), "scale"),
        (layers.MixturePrior(3, 2), "num_components"),
        (layers.VampPrior(3, (6,)), "data_range"),
    ],
)
def test_the_arguments_of_layers_are_fixed(layer, name):
    before = getattr(layer, name)
    with pytest.raises(AttributeError, match=f"`{name}`.* is fixed"):
        setattr(layer, name, 0.5)
    assert getattr(layer, name) == before


@pytest.mark.parametrize("name", ["num_samples", "doubly_reparametrised"])
def test_the_arguments_of_models_are_fixed(name):
    model = kgm.IWAE.from_shape((6,), hidden_units=(8,))
    with pytest.raises(AttributeError, match=f"`{name}`.* is fixed"):
        setattr(model, name, 1)
