"""Shapes, networks and data as users have them: they work, or say why not."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

import keras_genmodels as kgm

IMAGES = np.random.default_rng(0).random((40, 4, 4, 1), dtype="float32")


def table(scale=1.0, shift=0.0, rows=200):
    rng = np.random.default_rng(0)
    return rng.normal(size=(rows, 3)) * scale + shift


# --- shapes -------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        kgm.VAE.from_shape,
        kgm.GAN.from_shape,
        kgm.VQVAE.from_shape,
        kgm.MADE.from_shape,
        kgm.MultivariateGaussian,
    ],
)
def test_an_int_is_the_shape_of_a_vector(make):
    assert make(8).data_shape == (8,)
    for bad in ((), "8", (8, 0), (8, None), None, 2.0):
        with pytest.raises(ValueError, match="shape of one example"):
            make(bad)


@pytest.mark.parametrize(
    "model", [kgm.DCGAN, kgm.PixelCNN, kgm.GatedPixelCNN, kgm.PixelRNN]
)
def test_a_model_of_images_refuses_other_shapes(model):
    with pytest.raises(ValueError, match="shape|image"):
        model.from_shape(8)


def test_dcgan_takes_no_classes():
    with pytest.raises(ValueError, match="num_classes"):
        kgm.DCGAN.from_shape((8, 8, 1), num_classes=10)


# --- networks -----------------------------------------------------------------


def network(inputs, outputs, activation=None):
    return keras.Sequential(
        [
            keras.Input(inputs),
            layers.Flatten(),
            layers.Dense(8, activation="tanh"),
            layers.Dense(int(np.prod(outputs)), activation=activation),
            layers.Reshape(outputs),
        ]
    )


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_squashed_output_is_warned_of(activation):
    shape = (4, 4, 1)
    code, decoder = network(shape, (4,)), network((2,), shape, activation)
    for make in (
        lambda: kgm.VAE(code, decoder),
        lambda: kgm.Autoencoder(network(shape, (2,)), decoder),
        lambda: kgm.VQVAE(
            network(shape, (2, 3)), network((2, 3), shape, activation)
        ),
        lambda: kgm.GAN(decoder, network(shape, (1,)), data_range=(0.0, 1.0)),
        lambda: kgm.GAN(network((2,), shape), network(shape, (1,), activation)),
    ):
        with pytest.warns(UserWarning, match="without an activation"):
            make()


def test_a_linear_output_is_not_warned_of():
    shape = (4, 4, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        kgm.VAE(network(shape, (4,)), network((2,), shape))
        # Bounded means of unbounded noise are nobody's mistake.
        kgm.VAE(
            network(shape, (4,)),
            network((2,), shape, "tanh"),
            likelihood="normal",
        )
        kgm.GAN(network((2,), shape, "tanh"), network(shape, (1,)))


# --- data ---------------------------------------------------------------------


def test_constant_data_do_not_end_in_nan():
    keras.utils.set_random_seed(0)
    model = kgm.Autoencoder.from_shape(
        (3,), hidden_units=(8,), likelihood="normal"
    )
    model.compile(keras.optimizers.Adam(0.05))
    x = np.ones((64, 3), "float32")
    losses = model.fit(x, batch_size=64, epochs=400, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    # At the floor, the density of an exact reconstruction.
    best = 3 * (np.log(1e-4) + 0.5 * np.log(2 * np.pi))
    assert best <= losses[-1]


def test_a_scale_may_be_a_number_of_numpy():
    layer = kgm.layers.NormalLikelihood(scale=np.float32(0.5))
    assert layer.get_config()["scale"] == 0.5


@pytest.mark.parametrize("model", [kgm.VAE, kgm.Autoencoder, kgm.VQVAE])
def test_a_table_that_was_not_scaled_is_refused(model):
    x = table(scale=[1.0, 1.0, 1e6])
    model = model.from_shape((3,), likelihood="normal")
    model.compile()
    with pytest.raises(ValueError, match="standardize"):
        model.fit(x, verbose=0)
    data, _ = kgm.datasets.standardize(x)
    losses = model.fit(data, epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("shift", [1.7e9, 1e7])
def test_values_that_float32_cannot_tell_apart_are_refused(shift):
    x = table(shift=shift)
    for model in (
        kgm.MultivariateGaussian((3,)),
        kgm.GaussianMixture((3,), 2),
    ):
        model.compile()
        with pytest.raises(ValueError, match="tell apart.*standardize"):
            model.fit(x, verbose=0)


def test_a_gaussian_is_right_up_to_where_it_refuses():
    """Against float64, at 50,000 standard deviations from zero."""
    x = table(shift=5e4, rows=500)
    model = kgm.MultivariateGaussian((3,))
    model.compile()
    model.fit(x, verbose=0)
    inverse = np.linalg.inv(np.cov(x.T, bias=True))
    centred = x - x.mean(axis=0)
    squares = np.einsum("ni,ij,nj->n", centred, inverse, centred)
    expected = 0.5 * (np.linalg.slogdet(inverse)[1] - squares)
    expected -= 1.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(model.log_prob(x), expected, atol=0.05)


@pytest.mark.parametrize(
    "model",
    [
        kgm.MultivariateGaussian((4, 4, 1), shrinkage=0.1),
        kgm.GaussianMixture((4, 4, 1), 2),
        kgm.BayesClassifier((4, 4, 1), 2),
    ],
    ids=["gaussian", "mixture", "classifier"],
)
def test_an_unfitted_model_predicts_nothing(model):
    model.compile()
    for call in (model, lambda x: model.predict(x, verbose=0)):
        with pytest.raises(ValueError, match="fit"):
            call(IMAGES)


def test_a_dict_of_images_and_labels_is_explained():
    class Rows(keras.utils.PyDataset):
        num_batches = 1

        def __getitem__(self, index):
            return {"image": IMAGES, "label": np.zeros(40)}

    model = kgm.VAE.from_shape((4, 4, 1))
    model.compile()
    with pytest.raises(ValueError, match=r"row\['image'\].*'label'"):
        model.fit(Rows())


def test_no_validation_split():
    model = kgm.GaussianMixture((4, 4, 1), 2)
    model.compile()
    model.fit(IMAGES, validation_split=None, batch_size=40, verbose=0)
    assert model.initialized


# --- what may be changed ------------------------------------------------------


def test_a_weight_of_the_loss_acts_at_once():
    def losses(**kwargs):
        keras.utils.set_random_seed(0)
        model = kgm.VQVAE.from_shape((4, 4, 1), hidden_units=(4,), seed=0)
        model.compile(keras.optimizers.SGD(0.0))
        model.fit(IMAGES, batch_size=40, verbose=0)
        for name, value in kwargs.items():
            setattr(model, name, value)
        logs = model.fit(IMAGES, batch_size=40, verbose=0).history
        assert model.get_config()["commitment_cost"] == kwargs.get(
            "commitment_cost", 0.25
        )
        return logs

    few, many = losses(), losses(commitment_cost=100.0)
    difference = many["loss"][0] - few["loss"][0]
    assert difference == pytest.approx(99.75 * few["commitment"][0], rel=1e-3)


def test_beta_survives_in_the_file_and_is_no_part_of_an_iwae(tmp_path):
    vae = kgm.VAE.from_shape((4,), hidden_units=(4,))
    vae.beta = 4.0
    assert float(vae.beta.value) == 4.0
    vae.save(tmp_path / "vae.keras")
    loaded = keras.saving.load_model(tmp_path / "vae.keras")
    assert float(loaded.beta.value) == 4.0
    with pytest.raises(ValueError, match="beta"):
        vae.beta = -1.0
    iwae = kgm.IWAE.from_shape((4, 4, 1), hidden_units=(4,))
    with pytest.raises(AttributeError, match="beta"):
        iwae.beta = 4.0
    with pytest.raises(AttributeError, match="num_samples.*fixed"):
        iwae.num_samples = 50
    iwae.compile()
    warm_up = kgm.callbacks.BetaWarmUp(epochs=2)
    with pytest.raises(ValueError, match="beta"):
        iwae.fit(IMAGES, callbacks=[warm_up], verbose=0)


def test_arguments_that_a_step_was_compiled_with_are_fixed():
    model = kgm.VQVAE.from_shape((4, 4, 1), hidden_units=(4,))
    for owner, name in (
        (model, "num_embeddings"),
        (model.quantizer, "ema_momentum"),
        (kgm.layers.GaussianCorruption(0.5), "scale"),
        (kgm.layers.NormalLikelihood(), "scale"),
    ):
        with pytest.raises(AttributeError, match=f"{name}.*fixed"):
            setattr(owner, name, 1)
