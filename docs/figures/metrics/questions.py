"""Six sets of draws beside the same data, and four figures of each."""

import numpy as np
import style
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu

N, K = 300, 5
CENTRES = np.array([[-1.7, -1.0], [1.7, -1.0], [0.0, 1.7]])


def groups(rng, n, scale=0.5, which=(0, 1, 2)):
    return CENTRES[rng.choice(which, n)] + scale * rng.normal(size=(n, 2))


def frechet(x, y):
    c, c2 = np.cov(x.T), np.cov(y.T)
    squared = np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2)
    return squared + np.trace(c + c2) - 2 * np.trace(sqrtm(c @ c2).real)


def precision_recall(x, y):
    across = cdist(x, y)
    radii = [np.sort(cdist(a, a), axis=1)[:, K] for a in (x, y)]
    precision = (across <= radii[1]).any(axis=1).mean()
    return precision, (across <= radii[0][:, None]).any(axis=0).mean()


def copies(x, test, train):
    near, usual = (cdist(a, train).min(axis=1) for a in (x, test))
    u = mannwhitneyu(near, usual, method="asymptotic").statistic
    n = len(x)
    return (u - n * n / 2) / np.sqrt(n * n * (2 * n + 1) / 12)


def draw():
    rng = np.random.default_rng(2)
    train, test = groups(rng, N), groups(rng, N)
    noisy = groups(rng, N)
    noisy[:90] = rng.uniform(-4, 4, (90, 2))
    moments = np.linalg.cholesky(np.cov(test.T))
    one = rng.normal(size=(N, 2)) @ moments.T + test.mean(axis=0)
    cases = (
        ("right", groups(rng, N)),
        ("a group missing", groups(rng, N, which=(0, 1))),
        ("timid", groups(rng, N, 0.25)),
        ("some are noise", noisy),
        ("one broad group", one),
        ("copies", train + 0.003 * rng.normal(size=train.shape)),
    )
    figure, axes = style.figure(7, 8, 4, 3, height_ratios=(2.2, 1.2) * 2)
    figure.get_layout_engine().set(wspace=0.03, hspace=0.0)
    clouds, tables = axes[::2].flat, axes[1::2].flat
    for panel, table, (name, x) in zip(clouds, tables, cases, strict=True):
        style.dots(panel, test[:150], 4, style.DATA, alpha=0.45)
        style.dots(panel, x[:150], 4, style.NOISE, alpha=0.75)
        style.plane(panel, 4, labels=False)
        panel.set_title(name, fontsize=14)
        precision, recall = precision_recall(x, test)
        lines = (
            ("Fréchet", f"{frechet(x, test):.2f}"),
            ("precision", f"{precision:.2f}"),
            ("recall", f"{recall:.2f}"),
            ("$z$", f"{copies(x, test, train):.1f}".replace("-", "−")),
        )
        table.set(xlim=(0, 1), ylim=(0, 1))
        table.axis("off")
        for place, (label, value) in enumerate(lines):
            height = 1 - 0.22 * place
            for side, align, text in ((0.1, "left", label),
                                      (0.9, "right", value)):  # fmt: skip
                table.text(side, height, text, ha=align, va="top",
                           fontsize=14)  # fmt: skip
    return figure
