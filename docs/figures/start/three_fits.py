"""Too simple, right, too rich: the same points, and points held out."""

import numpy as np
import style
from sklearn.datasets import make_moons
from sklearn.mixture import GaussianMixture

ROWS = 200
LOW, HIGH = np.array([-2.2, -1.6]), np.array([3.2, 2.1])
COMPONENTS = (1, 8, 60)


def draw():
    figure, axes = style.figure(7, 2.9, 1, 3, sharex=True, sharey=True)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.02)
    x = make_moons(ROWS, noise=0.12, random_state=0)[0]
    test = make_moons(10_000, noise=0.12, random_state=1)[0]
    sides = [np.linspace(*ends, 161) for ends in zip(LOW, HIGH, strict=True)]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    for panel, count in zip(axes, COMPONENTS, strict=True):
        model = GaussianMixture(
            count, covariance_type="full", reg_covar=1e-4, random_state=0
        ).fit(x)
        log_p = model.score_samples(grid.reshape(-1, 2)).reshape(161, 161)
        density = np.exp(log_p) ** 0.5  # peaks would hide the rest
        panel.imshow(
            density,
            extent=(LOW[0], HIGH[0], LOW[1], HIGH[1]),
            origin="lower",
            cmap=style.DENSITY,
            vmin=0.1,
            vmax=0.9,
            interpolation="bilinear",
        )
        panel.scatter(*x.T, s=5, color=style.INK, linewidths=0)
        name = "Gaussian" if count == 1 else "Gaussians"
        panel.set_title(f"{count} {name}")
        losses = [f"{-model.score(rows):.2f} nats" for rows in (x, test)]
        label = "seen: {}\nnew: {}".format(*losses).replace(
            "-", "\N{MINUS SIGN}"
        )
        panel.set_xlabel(label, fontsize=13)
        panel.set(xticks=(), yticks=())
        panel.spines[:].set_visible(False)
    return figure
