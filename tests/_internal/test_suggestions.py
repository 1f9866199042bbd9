"""Names that do not exist: the error says which one may have been meant."""

import pytest

import keras_genmodels as kgm


@pytest.mark.parametrize(
    ("module", "name", "meant"),
    [
        (kgm, "Vae", "VAE"),
        (kgm, "WGAN_GP", "WGANGP"),
        (kgm, "GaussianMixtures", "GaussianMixture"),
        (kgm.datasets, "Binarize", "binarize"),
        (kgm.layers, "VectorQuantiser", "VectorQuantizer"),
        (kgm.networks, "MLP", "mlp"),
        (kgm.metrics, "fid", "frechet_distance"),
        (kgm.metrics, "kid", "kernel_distance"),
    ],
)
def test_an_attribute(module, name, meant):
    with pytest.raises(AttributeError, match=f"Did you mean '{meant}'"):
        getattr(module, name)


def test_no_guess_where_nothing_is_near():
    with pytest.raises(AttributeError) as error:
        kgm.something_else_entirely  # noqa: B018
    assert "Did you mean" not in str(error.value)
    assert not hasattr(kgm, "__wrapped__")


def test_a_data_set():
    with pytest.raises(ValueError, match="Did you mean 'mnist'"):
        kgm.datasets.load("MNIST")
    with pytest.raises(ValueError, match="Did you mean 'fashion_mnist'"):
        kgm.datasets.load("fashion-mnist")
