"""What all flows must do."""

import numpy as np
import pytest
from contract import ModelContract
from flows import normal

import keras_genmodels as kgm
from keras_genmodels import bijections as kb
from keras_genmodels.networks import mlp


class FlowContract(ModelContract):
    """Of real numbers."""

    density, density_draws = "log_prob", False
    sample_range = (-np.inf, np.inf)
    endpoints = ("serve", "sample", "decode")

    def make_data(self, num_rows):
        return normal(num_rows, 3)


class LevelContract(ModelContract):
    """Of images of five levels."""

    loss_noise = 0.5
    endpoints = ("serve", "sample", "decode")

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        x = rng.integers(0, 5, (num_rows, 2, 2, 1)) / 4
        return x.astype("float32")

    def noise(self, model, x):
        rng = np.random.default_rng(0)
        return {"noise": rng.random(x.shape, dtype="float32")}


class TestFlowModel(FlowContract):
    """Of any bijection; the contract that is not slow."""

    killed_everywhere = True

    def make_model(self, **kwargs):
        network = mlp((1,), (4,), (8,))
        steps = [kb.ActNorm(3), kb.Coupling(kb.AffineMap(), network, 1)]
        return kgm.FlowModel(kb.Chain(steps), (3,), **kwargs)


@pytest.mark.slow
class TestMAF(FlowContract):
    def make_model(self, **kwargs):
        return kgm.MAF.from_shape(
            (3,), num_steps=2, hidden_units=(8,), **kwargs
        )


@pytest.mark.slow
class TestRealNVP(LevelContract):
    """Given labels, of one scale."""

    def make_model(self, **kwargs):
        return kgm.RealNVP.from_shape(
            (2, 2, 1),
            num_steps=1,
            num_scales=1,
            filters=3,
            margin=0.01,
            num_levels=5,
            num_classes=3,
            **kwargs,
        )

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


@pytest.mark.slow
class TestGlow(LevelContract):
    """Of two scales."""

    served_from_jax = False  # triangular systems

    def make_model(self, **kwargs):
        return kgm.Glow.from_shape(
            (2, 2, 1),
            num_steps=1,
            num_scales=2,
            filters=3,
            num_levels=5,
            **kwargs,
        )


@pytest.mark.slow
class TestNeuralSplineFlow(FlowContract):
    served_from_jax = False

    def make_model(self, **kwargs):
        return kgm.NeuralSplineFlow.from_shape(
            (3,), num_steps=1, num_bins=3, hidden_units=(8,), **kwargs
        )


@pytest.mark.slow
class TestContinuousFlow(FlowContract):
    def make_model(self, **kwargs):
        return kgm.ContinuousFlow.from_shape(
            (3,), num_steps=2, hidden_units=(8,), **kwargs
        )
