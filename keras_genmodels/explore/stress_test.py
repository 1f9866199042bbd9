"""What a model decodes far from where it has seen data."""

import typing

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.arguments import check_seed
from keras_genmodels.explore.codes import decode_grid
from keras_genmodels.explore.decoded_response import decoded_response
from keras_genmodels.metrics.distances import nearest


class StressTest(typing.NamedTuple):
    """Decoded data and their response on shells of a latent space.

    `s` is the number of shells, `m` of directions; the axes of length `k` are
    absent where the response is one number per example. A field is `None`
    where what it needs was not given.

    Attributes:
        radii: `(s,)`, Mahalanobis radii of the shells.
        mass_beyond: `(s,)`, in [0, 1], the probability that a draw of the
            latent normal distribution lies outside the shell.
        codes: `(s, m, latent_dim)`, points on the shells.
        decoded: `(s, m, *data_shape)`, what they decode to.
        responses: `(s, m[, k])`, the response to it.
        response_mean: `(s[, k])`, mean response of a shell.
        response_std: `(s[, k])`, its standard deviation over the directions.
        distances: `(s, m)`, Euclidean distance to the nearest reference data.
        held_out_distances: `(h,)`, the same for real data that are not among
            the reference data: what is usual.
        share_outside: `(s,)`, in [0, 1], how many of a shell are farther from
            the reference data than 95% of the held-out data.
        confidence: `(s, m)`, probability of the most probable class.
        entropy: `(s, m)`, entropy of the class probabilities, nats.
    """

    radii: np.ndarray
    mass_beyond: np.ndarray
    codes: np.ndarray
    decoded: np.ndarray
    responses: np.ndarray
    response_mean: np.ndarray
    response_std: np.ndarray
    distances: np.ndarray | None
    held_out_distances: np.ndarray | None
    share_outside: np.ndarray | None
    confidence: np.ndarray | None
    entropy: np.ndarray | None


def stress_test(
    model,
    response,
    radii=(0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0),
    *,
    num_directions=200,
    mean=None,
    covariance=None,
    reference=None,
    held_out=None,
    classifier=None,
    seed=0,
    batch_size=256,
    verbose=0,
):
    """Decode codes farther and farther out, and see what becomes of them.

    The codes lie on the ellipsoids of equal density of a normal distribution
    in latent space: `mean + radius * L u`, with `L L' = covariance` and u
    uniform on the unit sphere, the same directions u for every radius.

    Args:
        model: Model with `latent_dim`, `decode(z)` and, of tensors,
            `compute_decode(z)`.
        response: Function of a tensor `(batch, *data_shape)`, or a Keras
            model, that returns `(batch,)` or `(batch, k)`.
        radii: Numbers >= 0, ascending.
        num_directions: Int >= 2, points per shell.
        mean: Optional array `(latent_dim,)`. Defaults to 0.
        covariance: Optional array `(latent_dim, latent_dim)`, positive
            definite. Defaults to the identity: with the mean 0, the prior of
            most models. Give both to measure against the codes of data.
        reference: Optional data `(r, *data_shape)`, best the training data,
            for distances to the nearest of them.
        held_out: Optional data `(h, *data_shape)` that are not among them,
            the yardstick of the distances. Without it each of the reference
            data is compared with the others.
        classifier: Optional function or Keras model, from tensors
            `(batch, *data_shape)` to class probabilities `(batch, k)`.
        seed: Int, for the directions.
        batch_size: Int >= 1.
        verbose: 0 or 1.

    Returns:
        A `StressTest` of arrays.

    Raises:
        ValueError: If an argument has another shape or is out of range.

    Example:
        >>> test = stress_test(vae, classifier, [1, 2, 4, 8], reference=x_train)
        >>> test.mass_beyond.round(4)  # of a prior in two dimensions
        array([0.6065, 0.1353, 0.0003, 0.    ])
    """
    from scipy.stats import chi

    radii = _checked_radii(radii)
    num_directions = check_count("num_directions", num_directions, least=2)
    seed = check_seed(seed)
    if held_out is not None and reference is None:
        raise ValueError(
            "Expected `reference` data to compare `held_out` with. "
            "Received: reference=None"
        )
    latent_dim = model.latent_dim
    mean, factor = _checked_normal(mean, covariance, latent_dim)
    steps = np.random.default_rng(seed).normal(
        size=(num_directions, latent_dim)
    )
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    codes = mean + radii[:, None, None] * (steps @ factor.T)
    codes = codes.astype("float32")
    decoded = decode_grid(model, codes, batch_size=batch_size)

    def on_shells(function, name):
        flat = codes.reshape(-1, latent_dim)
        values = decoded_response(model, function, name).responses(
            flat, batch_size, verbose
        )
        return values.reshape(*codes.shape[:2], *values.shape[1:])

    responses = on_shells(response, "response")
    distances = held_out_distances = share_outside = None
    if reference is not None:
        distances, held_out_distances = _distances(decoded, reference, held_out)
        usual = np.quantile(held_out_distances, 0.95)
        share_outside = np.mean(distances > usual, axis=1)
    confidence = entropy = None
    if classifier is not None:
        probabilities = on_shells(classifier, "classifier")
        confidence, entropy = _certainty(probabilities)
    return StressTest(
        radii=radii,
        mass_beyond=chi.sf(radii, latent_dim),
        codes=codes,
        decoded=decoded,
        responses=responses,
        response_mean=responses.mean(axis=1, dtype="float64"),
        response_std=responses.std(axis=1, ddof=1, dtype="float64"),
        distances=distances,
        held_out_distances=held_out_distances,
        share_outside=share_outside,
        confidence=confidence,
        entropy=entropy,
    )


def _checked_radii(radii):
    radii = np.asarray(radii, dtype="float64")
    if (
        radii.ndim != 1
        or not len(radii)
        or not np.isfinite(radii).all()
        or radii[0] < 0
        or np.any(np.diff(radii) <= 0)
    ):
        raise ValueError(
            "Expected `radii` to be finite numbers >= 0 in ascending order. "
            f"Received: radii={radii.tolist()}"
        )
    return radii


def _checked_normal(mean, covariance, latent_dim):
    """The mean, and a factor L of the covariance L L'."""
    mean = np.zeros(latent_dim) if mean is None else np.asarray(mean)
    if covariance is None:
        covariance = np.eye(latent_dim)
    covariance = np.asarray(covariance, dtype="float64")
    if mean.shape != (latent_dim,) or covariance.shape != (latent_dim,) * 2:
        raise ValueError(
            f"Expected `mean` with shape ({latent_dim},) and `covariance` with "
            f"shape {(latent_dim,) * 2}. Received: shapes {mean.shape} and "
            f"{covariance.shape}"
        )
    if not np.allclose(covariance, covariance.T):
        raise ValueError(
            "Expected a symmetric `covariance`. Received: "
            f"covariance={covariance.tolist()}"
        )
    try:
        return mean, np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        least = np.linalg.eigvalsh(covariance)[0]
        raise ValueError(
            "Expected a positive definite `covariance`. Received: one whose "
            f"smallest eigenvalue is {least:.3g}"
        ) from None


def _distances(decoded, reference, held_out):
    def rows(name, data):
        data = np.asarray(data, dtype="float32")
        if data.shape[1:] != decoded.shape[2:] or len(data) < 2:
            raise ValueError(
                f"Expected `{name}` with shape (n, *{decoded.shape[2:]}) and "
                f"n > 1. Received: shape {data.shape}"
            )
        return data.reshape(len(data), -1).astype("float64")

    reference = rows("reference", reference)
    flat = decoded.reshape(decoded.shape[0] * decoded.shape[1], -1)
    _, distances = nearest(flat.astype("float64"), reference, 1)
    if held_out is None:
        # The nearest of each row is the row itself, at 0.
        _, usual = nearest(reference, reference, 2)
    else:
        _, usual = nearest(rows("held_out", held_out), reference, 1)
    return distances.reshape(decoded.shape[:2]), usual[:, -1]


def _certainty(probabilities):
    """Largest probability and entropy, along the last axis."""
    if probabilities.ndim != 3:
        raise ValueError(
            "Expected `classifier` to return probabilities (batch, k). "
            "Received: shape (batch,)"
        )
    total = probabilities.sum(axis=-1)
    if probabilities.min() < 0 or not np.allclose(total, 1, atol=1e-3):
        raise ValueError(
            "Expected `classifier` to return probabilities that sum to 1. "
            f"Received: sums from {total.min():.3g} to {total.max():.3g}"
        )
    positive = np.where(probabilities > 0, probabilities, 1)
    entropy = -np.sum(probabilities * np.log(positive), axis=-1)
    return probabilities.max(axis=-1), np.maximum(entropy, 0)
