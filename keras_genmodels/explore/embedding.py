"""Codes of many dimensions brought into the plane."""

import numpy as np

from keras_genmodels._internal.arguments import check_seed

METHODS = ("pca", "tsne")


def embedding(model, x, method="pca", *, perplexity=30.0, seed=0):
    """The codes of data as points in the plane, by scikit-learn.

    Principal components are a linear map: distances and directions keep their
    meaning. t-SNE keeps neighbours together and nothing else: the distances
    between its clusters, and their sizes, mean little.

    Args:
        model: Model with `encode(x)`.
        x: Data as the model takes it, `n` examples.
        method: `"pca"`, the default, or `"tsne"`.
        perplexity: Float > 0, for t-SNE: about how many neighbours count. It
            must be less than `n`.
        seed: Int, for t-SNE.

    Returns:
        Array `(n, 2)`, float32. The same seed gives the same points.

    Raises:
        ValueError: If the method is unknown, or there are too few data or
            dimensions for it.

    Reference:
        [van der Maaten & Hinton, 2008](https://jmlr.org/papers/v9/vandermaaten08a.html).
    """
    if method not in METHODS:
        raise ValueError(
            f"Expected `method` to be one of {METHODS}. "
            f"Received: method={method!r}"
        )
    seed = check_seed(seed)
    codes = np.asarray(model.encode(x))
    codes = codes.reshape(len(codes), -1)
    if min(codes.shape) < 2:
        raise ValueError(
            "Expected at least two examples and two latent dimensions. "
            f"Received: codes with shape {codes.shape}"
        )
    if method == "pca":
        # Imported here: scikit-learn takes a second to import.
        from sklearn.decomposition import PCA

        points = PCA(n_components=2, svd_solver="full").fit_transform(codes)
    else:
        from sklearn.manifold import TSNE

        if not 0 < perplexity < len(codes):
            raise ValueError(
                f"Expected `perplexity` in (0, {len(codes)}), the number of "
                f"examples. Received: perplexity={perplexity}"
            )
        points = TSNE(
            perplexity=perplexity, init="pca", random_state=seed
        ).fit_transform(codes)
    return points.astype("float32")
