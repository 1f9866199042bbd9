"""Embeddings, reconstruction errors, and features of reconstructions."""

import types

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.metrics import silhouette_score

from keras_genmodels.explore import compare_features
from keras_genmodels.explore import embedding
from keras_genmodels.explore import reconstruction_errors

CODES = types.SimpleNamespace(encode=lambda x: x)


def test_pca_is_the_best_plane():
    """Singular values say how far the data are from their projections."""
    codes = np.random.default_rng(0).normal(size=(60, 6)) * [5, 4, 3, 2, 1, 1]
    points = embedding(CODES, codes)
    assert points.shape == (60, 2) and points.dtype == np.float32
    centred = codes - codes.mean(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False)
    np.testing.assert_allclose(
        np.linalg.norm(points, axis=0), singular[:2], rtol=1e-5
    )
    # Every coordinate is a linear function of the codes.
    for column in points.T:
        rest = np.linalg.lstsq(centred, column, rcond=None)[1]
        assert rest < 1e-6


def test_tsne_keeps_clusters_together_and_repeats_itself():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 20)
    codes = 6 * np.eye(8)[y] + rng.normal(size=(60, 8))
    points = embedding(CODES, codes, "tsne", perplexity=10, seed=3)
    assert points.shape == (60, 2)
    assert silhouette_score(points, y) > 0.4
    again = embedding(CODES, codes, "tsne", perplexity=10, seed=3)
    np.testing.assert_array_equal(points, again)


@pytest.mark.parametrize(
    ("shape", "options", "match"),
    [
        ((9, 3), {"method": "umap"}, "'umap'"),
        ((1, 3), {}, "two examples"),
        ((9, 1), {}, "two latent dimensions"),
        ((9, 3), {"method": "tsne"}, r"`perplexity` in \(0, 9\)"),
        ((9, 3), {"seed": 0.5}, "seed"),
    ],
)
def test_embedding_bad_arguments(shape, options, match):
    with pytest.raises(ValueError, match=match):
        embedding(CODES, np.zeros(shape), **options)


def test_reconstruction_errors_worst_first():
    x = np.zeros((4, 2, 3, 1), "float32")
    noise = np.array([0.2, 0.0, 0.5, 0.1]).reshape(4, 1, 1, 1)
    model = types.SimpleNamespace(reconstruct=lambda x: x - noise)
    result = reconstruction_errors(model, x)
    np.testing.assert_allclose(result.errors, [0.04, 0, 0.25, 0.01])
    np.testing.assert_array_equal(result.order, [2, 0, 3, 1])
    np.testing.assert_array_equal(result.x, x)
    np.testing.assert_allclose(result.reconstructions, x - noise)


def test_reconstruction_errors_of_a_vae(vae):
    x = np.random.default_rng(1).uniform(size=(5, 4, 3, 1)).astype("float32")
    result = reconstruction_errors(vae, x)
    squares = (vae.reconstruct(x) - x) ** 2
    np.testing.assert_allclose(
        result.errors, squares.mean(axis=(1, 2, 3)), rtol=1e-5
    )


def test_features_of_reconstructions():
    """The second value is halved and shifted, the third is redrawn."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(500, 3)).astype("float32")
    redrawn = rng.normal(size=500).astype("float32")
    model = types.SimpleNamespace(
        reconstruct=lambda x: np.stack(
            [x[:, 0], 0.5 * x[:, 1] + 1, redrawn], axis=1
        )
    )
    scale = keras.Sequential([keras.Input((3,)), keras.layers.Rescaling(2.0)])
    result = compare_features(model, scale, x, batch_size=64)
    np.testing.assert_allclose(result.original, 2 * x, rtol=1e-6)
    np.testing.assert_allclose(
        result.reconstructed, 2 * model.reconstruct(x), rtol=1e-6
    )
    np.testing.assert_allclose(result.correlation[:2], 1, atol=1e-6)
    assert abs(result.correlation[2]) < 4 / 500**0.5
    change = 2 * (redrawn - x[:, 2])
    np.testing.assert_allclose(
        result.difference,
        [0, 2 - x[:, 1].mean(), change.mean()],
        rtol=1e-4,
        atol=1e-6,
    )
    np.testing.assert_allclose(
        result.difference_error,
        [0, x[:, 1].std(ddof=1) / 500**0.5, change.std(ddof=1) / 500**0.5],
        rtol=1e-4,
    )
    assert result.root_mean_square[2] == pytest.approx(
        np.sqrt(np.mean(change**2)), rel=1e-5
    )
    assert result.class_agreement is None and result.same_class is None


def test_class_agreement_and_constant_features():
    # The last of class 1 is nearest to class 0, and is so again.
    x = np.array([[0.0], [0.2], [1.0], [1.2], [0.3]], "float32")
    y = [0, 0, 1, 1, 1]
    change = np.array([[0.0], [0.7], [0.0], [-0.1], [0.05]])
    model = types.SimpleNamespace(reconstruct=lambda x: x + change)

    def features(x):
        return ops.concatenate([x, ops.zeros_like(x)], axis=1)

    result = compare_features(model, features, x, y)
    np.testing.assert_array_equal(
        result.same_class, [True, False, True, True, True]
    )
    assert result.class_agreement == 0.8
    assert np.isnan(result.correlation[1]) and result.correlation[0] > 0.5


@pytest.mark.parametrize(
    ("x", "y", "match"),
    [
        (np.zeros((1, 2)), None, "two examples"),
        (np.zeros((3, 2)), [0, 1], r"`y` with shape \(3,\)"),
    ],
)
def test_features_bad_arguments(x, y, match):
    model = types.SimpleNamespace(reconstruct=lambda x: x)
    with pytest.raises(ValueError, match=match):
        compare_features(model, lambda x: x, x, y)
