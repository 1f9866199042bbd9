"""Two moons by the three models of the chapter, with held-out nats."""

import numpy as np
import style
from sklearn.mixture import GaussianMixture

EXTENT = 3.6


def moons(num_samples, seed):
    """Points of two half circles and on which of them they are."""
    rng = np.random.default_rng(seed)
    t = rng.uniform(0, np.pi, num_samples)
    y = rng.integers(0, 2, num_samples)
    arc = 2 * np.stack([np.cos(t), np.sin(t)], axis=1) - [1, 0.5]
    noise = 0.1 * rng.standard_normal((num_samples, 2))
    return (2 * y - 1)[:, None] * arc + noise, y


def fit(x, num_components):
    return GaussianMixture(num_components, random_state=0, n_init=3).fit(x)


def draw():
    figure, axes = style.figure(6.4, 6.7, 2, 2)
    figure.get_layout_engine().set(w_pad=0.03, wspace=0.03, hspace=0.03)
    (x, y), (x_test, _) = moons(2000, 0), moons(4000, 1)
    line = np.linspace(-EXTENT, EXTENT, 141)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    cases = (
        ("one Gaussian", [fit(x, 1)]),
        ("mixture of 12", [fit(x, 12)]),
        ("one for each class", [fit(x[y == c], 1) for c in (0, 1)]),
        ("six for each class", [fit(x[y == c], 6) for c in (0, 1)]),
    )
    shares = np.array([np.mean(y == 0), np.mean(y == 1)])
    for panel, (name, models) in zip(axes.flat, cases, strict=True):
        weights = np.log(shares) if len(models) == 2 else np.zeros(1)

        def joint(points, weights=weights, models=models):
            return np.stack(
                [
                    weight + model.score_samples(points)
                    for weight, model in zip(weights, models, strict=True)
                ]
            )

        nats = -np.logaddexp.reduce(joint(x_test), axis=0).mean()
        log_joint = joint(grid).reshape(-1, len(line), len(line))
        density = np.exp(np.logaddexp.reduce(log_joint, axis=0))
        panel.imshow(
            # Square roots: else only the peaks would be seen.
            np.sqrt(density / density.max()),
            cmap=style.DENSITY,
            vmin=0,
            extent=(-EXTENT, EXTENT, -EXTENT, EXTENT),
            origin="lower",
            interpolation="bilinear",
        )
        colours = (style.NOISE, style.INK)
        for c, colour in enumerate(colours):
            colour = colour if len(models) == 2 else style.INK
            style.dots(panel, x[:250][y[:250] == c], 2.5, colour, alpha=0.6)
        if len(models) == 2:
            panel.contour(
                line,
                line,
                log_joint[0] - log_joint[1],
                [0],
                colors=style.MODEL,
                linewidths=2,
            )
        style.plane(panel, EXTENT, labels=False)
        panel.set_title(f"{name}\n{nats:.2f} nats")
    return figure
