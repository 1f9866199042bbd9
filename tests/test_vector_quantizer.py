"""The codebook, by itself."""

import warnings

import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from keras_genmodels.layers import VectorQuantizer
from keras_genmodels.training import input_gradient


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


def quantizer(codebook, **kwargs):
    layer = VectorQuantizer(*np.shape(codebook), seed=0, **kwargs)
    layer.codebook.assign(codebook)
    return layer


def update(layer, vectors, weights=None):
    vectors = ops.array(vectors, dtype="float32")
    if weights is not None:
        weights = ops.array(weights, dtype="float32")
    layer.update(vectors, layer.codes(vectors), weights)
    return numpy(layer.codebook.value)


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(6, 5, 4, 3)).astype("float32")


@pytest.fixture
def codebook():
    return np.random.default_rng(1).normal(size=(7, 3)).astype("float32")


@pytest.mark.exact
def test_each_vector_is_replaced_by_the_nearest_entry(vectors, codebook):
    layer = quantizer(codebook)
    codes = numpy(layer.codes(ops.array(vectors)))
    assert codes.shape == (6, 5, 4)
    assert codes.dtype == "int32"
    nearest = cdist(vectors.reshape(-1, 3), codebook).argmin(1)
    np.testing.assert_array_equal(codes.ravel(), nearest)
    np.testing.assert_allclose(
        numpy(layer(ops.array(vectors))), codebook[codes], atol=1e-6
    )


def test_the_straight_through_gradient_is_the_identity(vectors, codebook):
    layer = quantizer(codebook)
    slope = np.random.default_rng(2).normal(size=vectors.shape)
    slope = ops.array(slope, dtype="float32")

    def at_entries(entries):
        return slope * entries + ops.square(entries)

    gradient = input_gradient(lambda v: at_entries(layer(v)), vectors)
    entries = layer(ops.array(vectors))
    np.testing.assert_allclose(
        numpy(gradient), numpy(input_gradient(at_entries, entries)), rtol=1e-5
    )


def test_without_memory_an_update_is_a_step_of_k_means():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 2)).astype("float32")
    start = vectors[:8]
    layer = quantizer(start, ema_momentum=0.0)
    for steps in (1, 2, 3):
        moved = update(layer, vectors)
        lloyd = KMeans(8, init=start, n_init=1, max_iter=steps, tol=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of no convergence
            lloyd.fit(vectors)
        np.testing.assert_allclose(moved, lloyd.cluster_centers_, atol=1e-5)


def test_the_past_fades_by_the_momentum():
    """After t batches of another mean, what is left is momentum ** t."""
    layer = quantizer([[0.0], [100.0]], ema_momentum=0.8)
    first = [[1.0], [100.0]]
    for _ in range(200):
        update(layer, first)
    for _ in range(3):
        moved = update(layer, [[3.0], [100.0]])
    left = 0.8**3
    np.testing.assert_allclose(moved[0], left * 1 + (1 - left) * 3, rtol=1e-4)
    np.testing.assert_allclose(moved[1], 100, rtol=1e-5)


def test_an_entry_counts_its_vectors_not_its_batches():
    """Nine vectors at 0, then one at 10: their average, with equal weights."""
    layer = quantizer([[0.0]], ema_momentum=0.999)
    update(layer, np.zeros((9, 1)))
    np.testing.assert_allclose(update(layer, [[10.0]])[0], 1.0, rtol=0.01)


def test_dead_entries_are_put_onto_vectors_and_the_living_are_not(vectors):
    flat = vectors.reshape(-1, 3)
    far = np.full((5, 3), 1e3)
    near = np.array([[-1.0, 0, 0], [1.0, 0, 0]])
    layer = quantizer(np.concatenate([near, far]))
    codes = numpy(layer.codes(ops.array(vectors))).ravel()
    assert set(codes) == {0, 1}
    moved = update(layer, vectors)
    for k in (0, 1):
        np.testing.assert_allclose(
            moved[k], flat[codes == k].mean(0), rtol=1e-4, atol=1e-4
        )
    distances = cdist(moved[2:], flat).min(1)
    np.testing.assert_allclose(distances, 0, atol=1e-5)
    assert len(np.unique(moved, axis=0)) > 4  # not all onto the same one
    # Now that they are among the vectors, they are chosen.
    assert len(np.unique(numpy(layer.codes(ops.array(vectors))))) > 4


def test_an_entry_dies_when_its_share_has_faded():
    """Its average falls to `dead_share` of an equal share by the momentum."""
    layer = quantizer([[0.0], [10.0]], ema_momentum=0.9, dead_share=0.1)
    for _ in range(100):
        update(layer, [[0.0], [10.0]])
    # Alone, entry 0 has size 2 - m^t, and entry 1 has m^t of the same sum 2.
    deaths = int(np.ceil(np.log(0.1) / np.log(0.9)))
    for t in range(1, deaths + 1):
        moved = update(layer, [[0.0], [0.1]])
        assert (moved[1, 0] < 1) == (t == deaths), t


def test_none_is_revived_without_dead_share(vectors):
    layer = quantizer([[0.0, 0, 0], [9.0, 9, 9]], dead_share=0.0)
    for _ in range(3):
        moved = update(layer, vectors)
    np.testing.assert_array_equal(moved[1], [9, 9, 9])
    np.testing.assert_allclose(moved[0], vectors.mean((0, 1, 2)), atol=1e-5)


def test_an_example_without_weight_neither_moves_nor_seeds(vectors):
    alien = vectors.copy()
    alien[1::2] = 50
    weights = np.tile([1.0, 0.0], 3)
    start = np.concatenate([np.zeros((1, 3)), np.full((6, 3), -1e3)])
    moved = update(quantizer(start), alien, weights)
    assert np.abs(moved).max() < 10
    kept = vectors[::2].reshape(-1, 3)
    np.testing.assert_allclose(moved[0], kept.mean(0), atol=1e-5)


def test_counts(vectors, codebook):
    layer = quantizer(codebook)
    codes = numpy(layer.codes(ops.array(vectors)))
    np.testing.assert_array_equal(
        numpy(layer.counts(ops.array(codes))),
        np.bincount(codes.ravel(), minlength=7),
    )
    weights = np.arange(6.0, dtype="float32")
    expected = sum(
        w * np.bincount(row.ravel(), minlength=7)
        for w, row in zip(weights, codes, strict=True)
    )
    np.testing.assert_allclose(
        numpy(layer.counts(ops.array(codes), ops.array(weights))), expected
    )


def test_seeding_draws_every_vector_alike():
    vectors = np.arange(10.0)[:, None]
    layer = quantizer(np.full((2000, 1), 1e4))
    moved = update(layer, vectors)[1:]
    counts = np.bincount(np.rint(moved[:, 0]).astype(int), minlength=10)
    assert stats.chisquare(counts).pvalue > 1e-3


def test_config_and_bad_arguments():
    layer = VectorQuantizer(4, 3, ema_momentum=0.5, dead_share=0.2, seed=1)
    copy = VectorQuantizer.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    np.testing.assert_array_equal(
        numpy(copy.codebook.value), numpy(layer.codebook.value)
    )
    for name, value in (("ema_momentum", 1.0), ("dead_share", -0.1)):
        with pytest.raises(ValueError, match=name):
            VectorQuantizer(4, 3, **{name: value})
    with pytest.raises(ValueError, match="num_embeddings"):
        VectorQuantizer(0, 3)
