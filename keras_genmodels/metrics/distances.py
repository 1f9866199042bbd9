"""Euclidean distances in which ties are ties, and equal points are at 0.

Many distances come quickest from a product of matrices, by

    ||x - y||^2 = ||x||^2 + ||y||^2 - 2 x·y,

but with an error of rounding that depends on the machine, and that sets equal
points apart. Here the product only narrows the choice, with a bound of its
error; what is compared and returned is the norm of a difference.
"""

import numpy as np

# Distances that are in memory at a time, 40 MB.
CHUNK = 5_000_000


def nearest(points, centers, k):
    """The k centers nearest to each point.

    Args:
        points: Array `(n, d)`, float64.
        centers: Array `(m, d)`, float64.
        k: Int from 1 to m.

    Returns:
        Tuple `(indices, distances)` of arrays `(n, k)`, nearest first; of
        equally near centers those that come first.
    """
    indices = np.empty((len(points), k), int)
    distances = np.empty((len(points), k))
    # The k-th of the least squares of some 20 k blocks is hardly above the k-th
    # of all, and thirty times as quick to find.
    blocks = np.arange(0, len(centers), max(1, len(centers) // (20 * k)))
    for start, squares, error in _squares(points, centers):
        least = np.minimum.reduceat(squares, blocks, axis=1)
        limits = np.partition(least, k - 1, axis=1)[:, k - 1] + 2 * error
        candidates = squares <= limits[:, None]
        for row, columns in enumerate(candidates, start):
            columns = np.flatnonzero(columns)
            norms = _norms(points[row], centers[columns])
            order = np.argsort(norms, kind="stable")[:k]
            indices[row], distances[row] = columns[order], norms[order]
    return indices, distances


def within(points, centers, *radii):
    """Which points are at most so far from which centers.

    Args:
        points: Array `(n, d)`, float64.
        centers: Array `(m, d)`, float64.
        *radii: Arrays that broadcast to `(n, m)`, >= 0.

    Yields:
        Tuple of a slice of the points, and a list with an array of bools
        `(points of the slice, m)` for each of the radii.
    """
    radii = [np.broadcast_to(r, (len(points), len(centers))) for r in radii]
    for start, squares, error in _squares(points, centers):
        rows = slice(start, start + len(squares))
        results = []
        for limits in (r[rows] for r in radii):
            result = squares <= limits**2 - error[:, None]
            unsure = (squares <= limits**2 + error[:, None]) ^ result
            for row in np.flatnonzero(unsure.any(axis=1)):
                columns = np.flatnonzero(unsure[row])
                norms = _norms(points[start + row], centers[columns])
                result[row, columns] = norms <= limits[row, columns]
            results.append(result)
        yield rows, results


def uncertainty(points, distances, eps):
    """How far apart rounding may have set two distances that are equal.

    Points differ from what they stand for, such as faces of dice / 6, by up to
    eps / 2 of their norm, at both ends of both distances. Sums of squares are
    rounded in float64 besides.

    Args:
        points: Array `(n, d)`, float64.
        distances: Array `(n,)`, of each to some other point.
        eps: Float, of the numbers given; see `feature_rows.rounding`.

    Returns:
        Array `(n,)`.
    """
    relative = 2 * eps + points.shape[1] * np.finfo("float64").eps
    return relative * (np.linalg.norm(points, axis=1) + distances)


def _norms(point, centers):
    """Distances of one point to centers, from the differences."""
    # Imported here: SciPy's distances take a while to import.
    from scipy.spatial.distance import cdist

    return cdist(point[None], centers)[0]


def _squares(points, centers):
    """Squared distances of a chunk of points, and a bound of their error.

    Yields tuples of the first point's index, an array `(chunk, m)`, and the
    errors `(chunk,)`.
    """
    # Far from the origin, little would be left of the differences.
    middle = centers.mean(axis=0)
    points, centers = points - middle, centers - middle
    own, others = (np.sum(x**2, axis=1) for x in (points, centers))
    factor = -2 * centers.T
    # A sum of d products is off by at most d/2 eps, in whatever order. There
    # are four of them, those of `_norms` included; 8 is for all the rest.
    relative = 2 * (points.shape[1] + 8) * np.finfo("float64").eps
    chunk = max(1, CHUNK // len(centers))
    for start in range(0, len(points), chunk):
        rows = slice(start, start + chunk)
        squares = points[rows] @ factor
        squares += own[rows, None]
        squares += others
        yield start, squares, relative * (own[rows] + others.max())
