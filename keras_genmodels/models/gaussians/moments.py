"""Moments of the components of a mixture: weights, means, covariances.

Pure functions, for K components in d dimensions. Moments are triples
`(weights, means, covariances)`: `(K,)`, `(K, d)` and, by
`covariance_type`, `(K, d, d)` for `"full"`, `(K, d)` for `"diag"`, or `(d, d)`
for `"tied"`, the mean of the components' covariances by their weights.
"""

import numpy as np
from keras import ops

from keras_genmodels.training import sum_over_replicas

TINY = 1e-30  # in place of a zero that is divided by


def normalise(log_values):
    """Probabilities in proportion to exponentials: `(batch, K)`, rows sum to 1.

    Like `keras.ops.softmax`, which warns if K is 1.
    """
    total = ops.logsumexp(log_values, axis=1, keepdims=True)
    return ops.exp(log_values - total)


def weighted_moments(rows, mass, origins, covariance_type):
    """Moments of a batch; Bishop, 2006, eq. 9.24 to 9.27.

    Of the whole batch, where replicas of `tf.distribute` share it.

    Args:
        rows: Tensor `(batch, d)`.
        mass: Tensor `(batch, K)`, at least 0: how much of each row belongs to
            each component.
        origins: Tensor `(K, d)`, points near the means: from there the
            differences are small, and sums of them keep their digits.
        covariance_type: `"full"`, `"diag"` or `"tied"`.

    Returns:
        Moments. A component without mass has the weight 0.
    """
    sizes = sum_over_replicas(ops.sum(mass, axis=0))
    weights = sizes / ops.maximum(ops.sum(sizes), TINY)
    shares = ops.transpose(mass) / ops.maximum(sizes, TINY)[:, None]
    centred = rows[None] - origins[:, None]  # (K, batch, d)
    shift = sum_over_replicas(ops.sum(shares[:, :, None] * centred, axis=1))
    centred = centred - shift[:, None]
    weighted = shares[:, :, None] * centred
    if covariance_type == "diag":
        covariances = ops.sum(weighted * centred, axis=1)
    else:
        covariances = ops.matmul(ops.swapaxes(weighted, 1, 2), centred)
    covariances = sum_over_replicas(covariances)
    if covariance_type == "tied":
        covariances = ops.tensordot(weights, covariances, axes=1)
    return weights, origins + shift, covariances


def merge_moments(old, new, step_size, covariance_type):
    """Moments of what is `old` by 1 - step_size and `new` by step_size.

    Chan et al., 1979, eq. 2.1, for each component. It is linear in the sums of
    1, x and x x^T, as stepwise EM wants it.

    Args:
        old: Moments.
        new: Moments.
        step_size: Tensor `()` in [0, 1].
        covariance_type: `"full"`, `"diag"` or `"tied"`.

    Returns:
        Moments. A component of weight 0 in `new` keeps mean and covariance.
    """
    (old_weights, old_means, old_covariances) = old
    (new_weights, new_means, new_covariances) = new
    old_weights = (1.0 - step_size) * old_weights
    weights = old_weights + step_size * new_weights
    # Of a component, the share that is new.
    share = step_size * new_weights / ops.maximum(weights, TINY)
    delta = new_means - old_means
    if covariance_type == "diag":
        between = ops.square(delta)
    else:
        between = delta[:, :, None] * delta[:, None, :]
    if covariance_type == "tied":
        between = ops.tensordot(old_weights * share, between, axes=1)
        part = step_size
    else:
        part = ops.reshape(share, (-1,) + (1,) * (len(between.shape) - 1))
        between = part * (1.0 - part) * between
    covariances = (1.0 - part) * old_covariances + part * new_covariances
    return weights, old_means + share[:, None] * delta, covariances + between


def kmeans_moments(rows, num_components, covariance_type, seed=None):
    """Moments of the clusters that scikit-learn's k-means finds.

    Args:
        rows: Array `(n, d)`. Of more than 10,000 rows a random 10,000 are used.
        num_components: Int >= 1.
        covariance_type: `"full"`, `"diag"` or `"tied"`.
        seed: Optional int for k-means; without, it is 0.

    Returns:
        Moments, NumPy arrays in float64.

    Raises:
        ValueError: If there are fewer rows than components.
    """
    from sklearn.cluster import KMeans

    if len(rows) < num_components:
        raise ValueError(
            f"Expected at least {num_components} rows, one for each component, "
            "in what the clustering starts from: the whole array, the first "
            "batch of a data set, or what is passed to `initialize`. "
            f"Received: {len(rows)} rows"
        )
    seed = seed or 0
    if len(rows) > 10_000:
        chosen = np.random.default_rng(seed).permutation(len(rows))[:10_000]
        rows = rows[chosen]
    kmeans = KMeans(num_components, n_init=1, random_state=seed).fit(rows)
    weights = np.bincount(kmeans.labels_, minlength=num_components) / len(rows)
    means = kmeans.cluster_centers_.astype("float64")
    covariances = []
    for k in range(num_components):
        # A cluster is empty if there are fewer different rows than clusters.
        cluster = rows[kmeans.labels_ == k].astype("float64") - means[k]
        size = max(1, len(cluster))
        if covariance_type == "diag":
            covariances.append(np.sum(cluster**2, axis=0) / size)
        else:
            covariances.append(cluster.T @ cluster / size)
    if covariance_type == "tied":
        return weights, means, np.tensordot(weights, covariances, axes=1)
    return weights, means, np.stack(covariances)
