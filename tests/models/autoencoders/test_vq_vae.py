"""The VQ-VAE where all codes can be enumerated, and its verbs."""

import itertools

import keras
import numpy as np
import pytest
from contract import ModelContract
from keras import ops
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels.models.autoencoders.categorical_prior import (
    CategoricalPrior,
)
from keras_genmodels.models.autoencoders.vq_vae import VQVAE
from keras_genmodels.training import input_gradient


class TestContract(ModelContract):
    density_draws = False
    killed_everywhere = True

    def make_model(self, **kwargs):
        model = VQVAE.from_shape(
            (5, 7, 2),
            network="dense",
            hidden_units=(16,),
            code_length=4,
            embedding_dim=3,
            num_embeddings=6,
            **kwargs,
        )
        # A bias, so that black and grey differ before there is any training.
        model.decoder.variables[-1].assign(np.ones(70))
        return model

    def make_data(self, num_rows):
        return uniform_images(num_rows)


def uniform_images(num_rows):
    rng = np.random.default_rng(0)
    return rng.random((num_rows, 5, 7, 2), dtype="float32")


def convolutional(**kwargs):
    """With 3 x 4 codes of six kinds."""
    return VQVAE.from_shape(
        (5, 7, 2),
        hidden_units=(8,),
        num_residual_blocks=1,
        embedding_dim=3,
        num_embeddings=6,
        **kwargs,
    )


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


# --- a model small enough to add up all its codes -----------------------------


@pytest.fixture(scope="module")
def tiny():
    """Four binary values; a code has two positions of three codes each."""
    keras.utils.set_random_seed(0)
    model = VQVAE.from_shape(
        (4,), embedding_dim=2, hidden_units=(8,), code_length=2,
        num_embeddings=3, seed=0,
    )  # fmt: skip
    for variable in model.encoder.variables + model.decoder.variables:
        variable.assign(2 * variable.value)
    images = np.array(list(itertools.product([0.0, 1.0], repeat=4)), "float32")
    return model, images


def joint(model, images):
    """p(x | c) p(c) for all images and all codes, by SciPy."""
    codes = np.array(list(itertools.product(range(3), repeat=2)))
    pixel = model.decode(codes).astype("float64")
    likelihood = stats.bernoulli.pmf(images[:, None], pixel[None]).prod(2)
    return likelihood * np.exp(model.prior.log_prob(codes))


@pytest.mark.parametrize("fitted", [False, True])
def test_the_elbo_is_one_term_of_the_sum_over_all_codes(tiny, fitted):
    model, images = tiny
    if fitted:
        model.fit_prior(images[:5])
    terms = joint(model, images)
    exact = np.log(terms.sum(1))
    np.testing.assert_allclose(np.exp(exact).sum(), 1, rtol=1e-5)
    elbo = model.elbo(images)
    assert (elbo < exact).all()
    chosen = model.encode(images) @ [3, 1]  # the position among all codes
    expected = np.log(terms[np.arange(16), chosen])
    np.testing.assert_allclose(elbo, expected, rtol=1e-4)


def test_unfitted_the_prior_is_uniform():
    prior = CategoricalPrior((2, 3), num_embeddings=5)
    codes = np.zeros((1, 2, 3))
    np.testing.assert_allclose(prior.log_prob(codes), -6 * np.log(5), rtol=1e-6)


@pytest.mark.slow
def test_training_reaches_the_entropy_of_the_data():
    """Four images, equally likely, need log 4 nats and no more."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 2, (4, 12)).astype("float32")
    x = np.tile(images, (64, 1))
    model = VQVAE.from_shape(
        (12,), embedding_dim=2, hidden_units=(32,), code_length=1,
        num_embeddings=8, seed=0,
    )  # fmt: skip
    model.compile(keras.optimizers.Adam(0.01))
    logs = model.fit(x, epochs=25, batch_size=32, verbose=0).history
    model.fit_prior(x)
    np.testing.assert_allclose(model.reconstruct(images), images, atol=0.1)
    elbo = model.elbo(images)
    assert -np.log(4) - 0.3 < elbo.mean() < -np.log(4)
    # Of a batch, which has the four images not quite equally often.
    assert 3.5 < logs["perplexity"][-1] < 4.5


# --- the prior ----------------------------------------------------------------


def test_the_prior_counts_codes_by_position():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, [[2], [4], [4]], (50, 3, 2))  # by row, 0 to 1 or 3
    prior = CategoricalPrior((3, 2), num_embeddings=4, seed=0)
    prior.fit(codes)
    first = np.mean(codes[:, 0, 0] == 1)
    prior.fit(codes)  # instead of, not besides
    log_p = numpy(prior.compute_log_probabilities())
    np.testing.assert_allclose(np.exp(log_p).sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.exp(log_p[0, 0, 1]), first, atol=0.05)
    np.testing.assert_allclose(np.exp(log_p[0, 1, 3]), 1 / 54, rtol=1e-5)


def test_probabilities_of_all_codes_sum_to_one_and_samples_follow_them():
    rng = np.random.default_rng(0)
    prior = CategoricalPrior((3,), num_embeddings=3, seed=0)
    prior.fit(rng.integers(0, 3, (4, 3)))
    codes = np.array(list(itertools.product(range(3), repeat=3)))
    probability = np.exp(prior.log_prob(codes).astype("float64"))
    np.testing.assert_allclose(probability.sum(), 1, rtol=1e-5)
    drawn = prior.sample(4000, seed=1, batch_size=4000) @ [9, 3, 1]
    counts = np.bincount(drawn.astype(int), minlength=27)
    test = stats.chisquare(counts, 4000 * probability / probability.sum())
    assert test.pvalue > 1e-3


@keras.saving.register_keras_serializable("tests")
class OrderedPrior(kgm.GenerativeModel):
    """All codes of an image are equal; a learned number is in the way."""

    def __init__(self, data_shape, **kwargs):
        super().__init__(data_shape, **kwargs)
        self.shift = self.add_weight(name="shift", initializer="ones")
        self.built = True

    def compute_sample(self, num_samples):
        codes = keras.random.randint(
            (num_samples, 1, 1, 1), 0, 6, seed=self.seed_generator
        )
        ones = ops.ones((num_samples, *self.data_shape))
        return ones * ops.cast(codes, "float32")

    def compute_log_prob(self, x):
        return self.shift.value * ops.sum(x, axis=(1, 2, 3))

    def get_config(self):
        return {**super().get_config(), "data_shape": list(self.data_shape)}


def test_masked_diffusion_as_the_prior(tmp_path):
    """Its bound takes the place of the density of the codes."""
    x = uniform_images(40)
    output = kgm.layers.CategoricalOutput(6, one_hot=True, data_range=(0, 5))
    prior = kgm.MaskedDiffusion.from_shape((2, 2, 1), output=output, seed=0)
    prior.compile(keras.optimizers.Adam(0.01))
    model = TestContract().make_model(prior=prior)
    model.compile()
    codes = model.encode(x).reshape(-1, 2, 2, 1)
    model.fit_prior(x, epochs=60, verbose=0)
    # No code at random is as likely as those of the data.
    bound = prior.elbo(codes, num_times=64, seed=0)
    assert bound.mean() > -4 * np.log(6) + 1
    likelihood = model.likelihood.log_prob(
        keras.ops.array(x), model.decoder(model.compute_embed(x))
    )
    np.testing.assert_allclose(
        model.elbo(x).mean(), (numpy(likelihood) + bound).mean(), atol=0.5
    )
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    np.testing.assert_allclose(
        loaded.sample(5, seed=0), model.sample(5, seed=0), rtol=1e-4, atol=1e-5
    )


def test_another_prior_may_be_plugged_in(tmp_path):
    x = uniform_images(40)
    model = TestContract().make_model(prior=OrderedPrior((2, 2, 1)))
    # Weight decay would move all that is trained, even with no gradient.
    model.compile(keras.optimizers.AdamW(weight_decay=0.1))
    model.fit(x, epochs=2, verbose=0)
    assert float(numpy(model.prior.shift.value)) == 1
    codes = model.encode(x)
    drawn = model.sample(30, seed=0)
    of_equal = model.decode(np.tile(np.arange(6)[:, None], (1, 4)))
    distances = np.abs(drawn[:, None] - of_equal[None]).max((2, 3, 4))
    assert distances.min(1).max() < 1e-5
    assert len(np.unique(distances.argmin(1))) > 2
    sums = codes.sum(1).astype("float32")
    model.prior.shift.assign(3)
    three = model.elbo(x)
    model.prior.shift.assign(1)
    np.testing.assert_allclose(three - model.elbo(x), 2 * sums, rtol=1e-3)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.elbo(x), model.elbo(x), rtol=1e-5)
    with pytest.raises(ValueError, match="prior"):
        convolutional(prior=OrderedPrior((2, 2, 1)))


# --- training -----------------------------------------------------------------


def test_the_gradient_skips_the_quantiser(tiny):
    """At the encoder's output it is that at the decoder's input, eq. 3."""
    model, images = tiny
    images = ops.array(images)
    vectors = model.compute_vectors(images)
    entries = model.quantizer.lookup(model.compute_encode(images))

    def by_way_of_the_codebook(vectors):
        return model.compute_log_likelihood(images, model.quantizer(vectors))

    def from_the_codebook(entries):
        return model.compute_log_likelihood(images, entries)

    gradient = numpy(input_gradient(from_the_codebook, entries))
    assert np.abs(gradient).max() > 0.1
    np.testing.assert_allclose(
        numpy(input_gradient(by_way_of_the_codebook, vectors)),
        gradient,
        rtol=1e-4,
        atol=1e-6,
    )


def test_the_loss_pulls_vectors_to_their_entries(tiny):
    """Commitment: the squared distance, per example, and its weight."""
    model, images = tiny
    model.compile()
    logs = model.evaluate(images, verbose=0, return_dict=True)
    vectors = numpy(model.compute_vectors(ops.array(images)))
    distance = np.sum((vectors - model.embed(images)) ** 2) / 16
    np.testing.assert_allclose(logs["commitment"], distance, rtol=1e-4)
    np.testing.assert_allclose(
        logs["loss"], logs["reconstruction"] + 0.25 * distance, rtol=1e-4
    )


def test_a_training_step_moves_the_codebook_to_the_data():
    model = convolutional(seed=0)
    model.quantizer.codebook.assign(np.full((6, 3), 1e3))
    x = uniform_images(64)
    model.compile()
    model.evaluate(x, verbose=0)
    assert numpy(model.quantizer.codebook.value).min() == 1e3
    model.fit(x, batch_size=32, verbose=0)
    assert np.abs(numpy(model.quantizer.codebook.value)).max() < 100
    assert len(np.unique(model.encode(x))) == 6


def test_perplexity_and_usage_describe_a_batch(tiny):
    model, images = tiny
    model.compile()
    counts = np.bincount(model.encode(images).ravel(), minlength=3)
    logs = model.evaluate(images, batch_size=16, verbose=0, return_dict=True)
    np.testing.assert_allclose(
        logs["perplexity"], np.exp(stats.entropy(counts)), rtol=1e-5
    )
    np.testing.assert_allclose(logs["usage"], np.mean(counts > 0), rtol=1e-6)
    weights = np.eye(16)[3]
    logs = model.test_on_batch(images, sample_weight=weights, return_dict=True)
    counts = np.bincount(model.encode(images[3:4]).ravel(), minlength=3)
    np.testing.assert_allclose(
        logs["perplexity"], np.exp(stats.entropy(counts)), rtol=1e-5
    )


# --- verbs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data_shape", "options", "code_shape"),
    [
        ((6,), {}, (8,)),
        ((8, 8, 1), {}, (4, 4)),
        ((28, 28, 1), {}, (7, 7)),
        ((12, 20, 3), {"hidden_units": (4, 8)}, (3, 5)),
        ((7, 11, 3), {"num_residual_blocks": 0}, (4, 6)),
        ((7, 11, 3), {"network": "dense", "code_length": 5}, (5,)),
    ],
)
def test_from_shape_suits_any_shape(data_shape, options, code_shape):
    model = VQVAE.from_shape(data_shape, num_embeddings=9, **options)
    x = np.random.default_rng(0).random((3, *data_shape), dtype="float32")
    codes = model.compute_encode(x)
    assert codes.shape == (3, *code_shape)
    assert model.compute_decode(codes).shape == x.shape


def test_codes_say_all_about_the_reconstruction(tiny):
    model, images = tiny
    codes = model.encode(images)
    assert codes.dtype == "int32"
    np.testing.assert_allclose(
        model.reconstruct(images), model.decode(codes), atol=1e-5
    )
    codebook = numpy(model.quantizer.codebook.value)
    np.testing.assert_allclose(model.embed(images), codebook[codes], atol=1e-5)


def test_samples_are_means_or_draws(tiny):
    model, _ = tiny
    drawn = model.sample(500, seed=0, mean=False)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    means = model.sample(500, seed=0)
    assert len(np.unique(means.round(5), axis=0)) <= 9
    # Draws and means are of the same codes.
    assert np.mean((drawn - means) ** 2) < np.mean((drawn - means[::-1]) ** 2)


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        ([[0, 3]], "from 0 to 2"),
        ([[-1, 0]], "from 0 to 2"),
        ([[0, 0.5]], "whole"),
        ([[0, float("nan")]], "whole"),
        ([[0, 1, 2]], "shape"),
        ([0, 1], "shape"),
        (np.zeros((0, 2)), "shape"),
    ],
)
def test_bad_codes(tiny, codes, word):
    model, _ = tiny
    with pytest.raises(ValueError, match=word):
        model.decode(codes)


def test_bad_codes_for_the_prior():
    prior = CategoricalPrior((2,), num_embeddings=3)
    with pytest.raises(ValueError, match="whole"):
        prior.fit([[0.5, 1]])
    with pytest.raises(ValueError, match="values in"):
        prior.log_prob([[0, 3]])


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"commitment_cost": -1.0}, "commitment_cost"),
        ({"num_embeddings": 0}, "num_embeddings"),
        ({"embedding_dim": 0}, "embedding_dim"),
        ({"code_length": 0.5}, "code_length"),
        ({"ema_momentum": 1.0}, "ema_momentum"),
        ({"likelihood": "poisson"}, "likelihood"),
        ({"network": "transformer"}, "network"),
    ],
)
def test_bad_arguments(arguments, word):
    with pytest.raises(ValueError, match=word):
        VQVAE.from_shape((8, 8, 1), **arguments)


def test_networks_that_do_not_fit():
    encoder = kgm.networks.mlp((4,), (3, 2))
    with pytest.raises(ValueError, match="Expected an encoder"):
        VQVAE(encoder, kgm.networks.mlp((3, 5), (4,)))
    with pytest.raises(ValueError, match="Expected an encoder"):
        VQVAE(kgm.networks.mlp((4,), (3,)), kgm.networks.mlp((3,), (4,)))
    with pytest.raises(ValueError, match="built"):
        VQVAE(encoder, keras.Sequential([keras.layers.Dense(4)]))
