"""Densities of flows: that they are some, and the right ones."""

import keras
import numpy as np
import pytest
from flows import BACKEND
from flows import as_array
from flows import compiled
from flows import grid
from flows import jacobian
from flows import normal
from flows import shaken
from flows import slow_but
from keras import ops
from scipy import stats

import keras_genmodels as kgm
from keras_genmodels import bijections as kb

FLAT = {"num_steps": 2, "hidden_units": (8,)}
SPLINE = FLAT | {"num_bins": 3}
PIXELS = {"num_steps": 2, "num_scales": 2, "filters": 4}
MODELS = {
    "RealNVP": (kgm.RealNVP, FLAT, PIXELS),
    "NICE": (kgm.RealNVP, {"transform": "additive"} | FLAT, PIXELS),
    "Glow": (kgm.Glow, FLAT, PIXELS),
    "MAF": (kgm.MAF, FLAT, FLAT),
    "ContinuousFlow": (kgm.ContinuousFlow, FLAT, FLAT),
    "spline couplings": (
        kgm.NeuralSplineFlow,
        SPLINE,
        PIXELS | {"num_bins": 3},
    ),
    "autoregressive splines": (
        kgm.NeuralSplineFlow,
        {"autoregressive": True} | SPLINE,
        {"autoregressive": True} | SPLINE,
    ),
}
# Affine and spline, autoregressive and coupling.
FAST = ["MAF", "spline couplings"]


def small(name, shape=(2,), **kwargs):
    cls, flat, pixels = MODELS[name]
    settings = flat if len(shape) == 1 else pixels
    return cls.from_shape(shape, seed=0, **settings | kwargs)


@pytest.mark.parametrize("name", slow_but(FAST, MODELS))
def test_densities_integrate_to_one(name):
    """Of each class; by the midpoint rule."""
    model = shaken(small(name, num_classes=2), scale=0.3)
    # That of a velocity field is smooth, and takes longer.
    points, area = grid(-9, 9, 100 if name == "ContinuousFlow" else 300)
    densities = []
    for label in (0, 1):
        labels = np.full(len(points), label)
        log_prob = model.log_prob(points, labels, batch_size=len(points))
        densities.append(np.exp(log_prob.astype("float64")))
        assert densities[-1].sum() * area == pytest.approx(1, abs=2e-3)
    assert np.abs(np.subtract(*densities)).max() > 1e-2


@pytest.mark.parametrize("name", slow_but(["MAF"], MODELS))
def test_densities_of_a_range_integrate_to_one(name):
    """Beyond its ends, too, as far as the logit's margin reaches.

    By points that lie closer to each other the nearer the ends are.
    """
    margin = 0.02
    model = shaken(small(name, data_range=(-1, 3), margin=margin), scale=0.2)
    plane, area = grid(-10, 10, 100 if name == "ContinuousFlow" else 350)
    share = 1 / (1 + np.exp(-plane.astype("float64")))
    stretch = 4 / (1 - 2 * margin)
    points = -1 + (share - margin) * stretch
    areas = area * np.prod(share * (1 - share) * stretch, axis=1)
    log_prob = compiled(model.compute_log_prob)(ops.array(points, "float32"))
    density = np.exp(as_array(log_prob).astype("float64"))
    assert (density * areas).sum() == pytest.approx(1, abs=2e-3)
    inside = np.all((points > -1) & (points < 3), axis=1)
    assert 0.2 < (density * areas)[inside].sum() < 1


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(3,), (4, 2, 1)])
@pytest.mark.parametrize("name", MODELS)
def test_an_untrained_flow_is_its_base(name, shape):
    x = normal(20, *shape)
    model = small(name, shape, num_classes=2, data_range=None)
    expected = stats.norm.logpdf(x.astype("float64"))
    expected = expected.reshape(20, -1).sum(axis=1)
    labels = np.arange(20) % 2
    np.testing.assert_allclose(model.log_prob(x, labels), expected, rtol=1e-5)
    x = np.random.default_rng(0).random((20, *shape), dtype="float32")
    model = small(name, shape, data_range=(0, 1))
    share = 0.001 + 0.998 * x.astype("float64")
    terms = stats.norm.logpdf(np.log(share / (1 - share)))
    terms += np.log(0.998) - np.log(share) - np.log(1 - share)
    expected = terms.reshape(20, -1).sum(axis=1)
    # Terms of both signs may nearly cancel.
    np.testing.assert_allclose(
        model.log_prob(x), expected, rtol=1e-5, atol=1e-5
    )


def test_untrained_splines_are_the_base():
    """The one of those that is not slow."""
    model = small("spline couplings", (3,))
    x = normal(20, 3)
    expected = stats.norm.logpdf(x.astype("float64")).sum(axis=1)
    np.testing.assert_allclose(model.log_prob(x), expected, rtol=1e-5)


SHAPES = [(1,), (1, 1, 3), (5, 3, 1)]
if BACKEND == "torch":  # which compiles nothing
    SHAPES += [(5,), (1, 1, 1), (4, 1, 1), (2, 4, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_data_of_all_sizes(name, shape):
    """Three rows of them: round trips, and where nothing has to be compiled
    for it, training and the Jacobian of the whole model."""
    x = np.random.default_rng(0).random((3, *shape), dtype="float32")
    model = small(name, shape, num_classes=2)
    labels = np.array([0, 1, 0])
    if BACKEND == "torch":
        model.compile()
        history = model.fit(x, labels, epochs=2, verbose=0).history
        assert np.isfinite(history["loss"]).all()
        drawn = model.sample(3, seed=0)
        assert drawn.shape == x.shape and np.isfinite(drawn).all()
    for variable in model.trainable_variables:
        noise = 0.1 * normal(*variable.shape)
        variable.assign(as_array(variable) + noise)

    @compiled
    def there_and_back(x):
        y = ops.array(labels)
        z = model.compute_encode(x, y)
        return z, model.compute_log_prob(x, y), model.compute_decode(z, y)

    z, log_prob, back = map(as_array, there_and_back(ops.array(x)))
    np.testing.assert_allclose(back, x, atol=1e-4)
    assert np.isfinite(log_prob).all()
    if BACKEND == "torch" and x[0].size <= 8:
        full = jacobian(lambda x: model.compute_encode(x, ops.array(labels)), x)
        base = stats.norm.logpdf(z).reshape(3, -1).sum(axis=1)
        np.testing.assert_allclose(
            log_prob, base + np.linalg.slogdet(full)[1], atol=1e-4
        )


@pytest.mark.parametrize(
    ("cls", "shape"),
    [
        (kgm.RealNVP, (5,)),
        *(
            pytest.param(cls, (3, 3, 1), marks=pytest.mark.slow)
            for cls in (kgm.RealNVP, kgm.Glow)
        ),
    ],
)
def test_two_couplings_move_all_values(cls, shape):
    """Each depends on some other one: none is kept by both."""
    settings = {"filters": 4} if len(shape) == 3 else {"hidden_units": (8,)}
    model = shaken(cls.from_shape(shape, num_steps=2, **settings))
    x = np.random.default_rng(0).random((4, *shape), dtype="float32")
    slopes = np.abs(jacobian(model.compute_encode, x)).max(axis=0)
    np.fill_diagonal(slopes, 0)
    assert (slopes.max(axis=1) > 1e-4).all()


def test_it_takes_vectors_and_images_alone():
    for cls in (kgm.RealNVP, kgm.Glow, kgm.MAF, kgm.NeuralSplineFlow):
        with pytest.raises(ValueError, match="vectors.*Received"):
            cls.from_shape((2, 3))


# --- draws and codes ----------------------------------------------------------


@pytest.fixture(scope="module")
def maf():
    """An autoregressive one, which needs most: of two classes."""
    return shaken(small("MAF", (4,), num_classes=2), scale=0.5)


def test_draws_are_what_the_density_says(maf):
    """The code of a draw is normal noise, times the temperature."""
    labels = np.arange(1000) % 2
    x, passes = maf.sample(1000, labels=labels, seed=0, return_passes=True)
    z = maf.encode(x, labels)
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert set(passes) <= set(range(2, 9))  # two maps, of four values each
    cool = maf.sample(1000, labels=labels, seed=0, temperature=0.5)
    np.testing.assert_allclose(maf.encode(cool, labels), 0.5 * z, atol=1e-4)
    still = maf.sample(10, labels=1, temperature=0.0)
    np.testing.assert_allclose(still, maf.decode(0.0 * z[:10], 1), atol=1e-6)


def test_codes_and_arcs_between_them(maf):
    x = normal(6, 4)
    labels = np.arange(6) % 2
    z = maf.encode(x, labels)
    back, passes = maf.decode(z, labels, return_passes=True)
    np.testing.assert_allclose(back, x, atol=1e-4)
    assert passes.shape == (6,)
    path = maf.interpolate(x[:3], x[3:], num_steps=4, y=1)
    assert path.shape == (3, 4, 4)
    np.testing.assert_allclose(path[:, 0], x[:3], atol=1e-4)
    np.testing.assert_allclose(path[:, -1], x[3:], atol=1e-4)
    codes = maf.encode(path.reshape(-1, 4), 1).reshape(3, 4, 4)
    # On an arc the middle is no shorter than the shorter end.
    lengths = np.linalg.norm(codes, axis=2)
    assert (lengths[:, 1:3] > lengths[:, [0, -1]].min(1)[:, None] - 1e-3).all()


def test_one_value_between_opposite_codes():
    """Where there is no arc, there is a line."""
    model = kgm.FlowModel(kb.Chain([]), (1,))
    path = model.interpolate(np.array([-1.0]), np.array([3.0]), num_steps=5)
    np.testing.assert_allclose(path[:, 0], [-1, 0, 1, 2, 3], atol=1e-5)


@pytest.mark.slow
def test_they_learn_eight_gaussians():
    keras.utils.set_random_seed(0)
    x = kgm.datasets.eight_gaussians(10_000, seed=0)
    model = kgm.NeuralSplineFlow.from_shape((2,), num_steps=4, seed=0)
    # At a constant rate of 1e-3 it stays 0.2 nats above the entropy.
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 20 * 40)
    model.compile(keras.optimizers.Adam(rate))
    model.fit(x, batch_size=250, epochs=20, verbose=0)
    test = kgm.datasets.eight_gaussians(4000, seed=1)
    # The entropy is 2.145 nats.
    assert -model.log_prob(test).mean() < 2.145 + 0.15


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: small("RealNVP", transform="linear"), "`transform`"),
        (lambda: small("Glow", num_steps=0), "`num_steps`"),
        (lambda: small("Glow", (4, 4, 1), num_scales=0), "`num_scales`"),
        (lambda: small("Glow", (4, 4, 1), num_blocks=-1), "`num_blocks`"),
        (lambda: small("MAF", hidden_units=(0,)), "`hidden_units`"),
        (lambda: small("MAF", tolerance=-1.0), "`tolerance`"),
        (lambda: small("MAF", num_levels=1), "`num_levels`"),
        (lambda: small("MAF", data_range=(1, 0)), "`data_range`"),
        (lambda: small("MAF", num_levels=2, margin=0.5), "`margin`"),
        (lambda: small("spline couplings", bound=-1), "`bound`"),
        (lambda: kgm.FlowModel(kb.AffineMap(), (2,)), "`Bijection`"),
        (lambda: small("MAF").sample(2, temperature=-1.0), "`temperature`"),
        (lambda: small("MAF").decode(np.zeros((2, 3))), "z with shape"),
        (lambda: small("MAF").decode(np.full((2, 2), np.nan)), "finite"),
        (lambda: small("MAF").encode(np.zeros((2, 3))), "x with shape"),
        (
            lambda: small("MAF").importance_log_prob(np.zeros((2, 2)), 0),
            "`num_samples`",
        ),
        (
            lambda: small("MAF").interpolate(np.zeros(2), np.zeros(3)),
            "one shape",
        ),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        call()
