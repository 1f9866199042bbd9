"""`keras.config.set_floatx("float64")`: every model in double precision."""

import contextlib

import keras
import numpy as np
import pytest
from tiny_models import SETTINGS
from tiny_models import fit_briefly
from tiny_models import tiny_data
from tiny_models import tiny_model

import keras_genmodels as kgm

BACKEND = keras.backend.backend()


@pytest.fixture(autouse=True)
def double_precision():
    wide = contextlib.nullcontext()
    if BACKEND == "jax":
        import jax

        # By default, JAX computes in float32 whatever it is asked for.
        wide = jax.enable_x64(True)
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    with wide:
        yield
    keras.config.set_floatx("float32")


def test_every_model_is_here():
    models = {
        name
        for name in kgm.__all__
        if hasattr(getattr(kgm, name), "from_shape")
    }
    assert models == set(SETTINGS)


@pytest.mark.parametrize(
    "name",
    [
        name
        if BACKEND == "torch"
        or name in ("RNNMADE", "WaveNet", "ImageTransformer")
        else pytest.param(name, marks=pytest.mark.slow)  # to compile
        for name in SETTINGS
    ],
)
def test_float64(name, tmp_path):
    model = tiny_model(name)
    losses = fit_briefly(model)
    assert np.isfinite(losses).all()
    dtypes = {
        keras.backend.standardize_dtype(v.value.dtype)
        for v in model.trainable_variables
    }
    assert dtypes <= {"float64"}
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    drawn = model.sample(3, seed=0)
    assert np.isfinite(drawn).all()
    np.testing.assert_allclose(loaded.sample(3, seed=0), drawn, atol=1e-12)
    for verb in ("log_prob", "elbo"):
        if hasattr(model, verb):
            density = getattr(model, verb)(*tiny_data(model, 5))
            assert density.dtype == "float64"
            assert np.isfinite(density).all()
