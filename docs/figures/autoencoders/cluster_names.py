"""Clusters of digits, found without labels, and named after digits."""

import numpy as np
import style
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits


def draw():
    data = load_digits()
    clusters = KMeans(10, n_init=5, random_state=0).fit_predict(data.data)
    counts = np.zeros((10, 10), int)  # rows: clusters; columns: digits
    np.add.at(counts, (clusters, data.target), 1)
    rows, names = linear_sum_assignment(counts, maximize=True)
    counts = counts[rows[np.argsort(names)]]
    share = np.trace(counts) / counts.sum()
    figure, panel = style.figure(5.6, 5.0)
    panel.pcolormesh(counts, cmap=style.DENSITY, vmin=0, vmax=140)
    for row in range(10):
        for digit in range(10):
            count = counts[row, digit]
            if count >= 5:
                panel.text(
                    digit + 0.5, row + 0.53, str(count), ha="center",
                    va="center", fontsize=13,
                    color="white" if count > 90 else style.INK,
                )  # fmt: skip
        panel.add_patch(
            style.plt.Rectangle((row, row), 1, 1, fill=False, linewidth=2,
                                edgecolor=style.NOISE)
        )  # fmt: skip
    panel.set_xticks(np.arange(10) + 0.5, range(10))
    panel.set_yticks(np.arange(10) + 0.5, range(10))
    panel.tick_params(length=0)
    panel.set(aspect="equal", xlabel="digit", ylabel="name of the cluster")
    panel.invert_yaxis()
    panel.set_title(f"accuracy {share:.1%}", fontsize=15)
    return figure
