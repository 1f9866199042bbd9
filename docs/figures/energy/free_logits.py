"""Two pairs of logits: the same classifier, two densities."""

import numpy as np
import style

X = np.linspace(-3.2, 3.2, 300)


def logits():
    """Of two classes, and the same with a curve added to both."""
    base = np.stack([-1.6 * X, 1.6 * X], axis=1) / 2
    base = base - np.logaddexp.reduce(base, axis=1)[:, None]
    wells = [
        np.log(share) - (X - mean) ** 2 / (2 * width**2)
        for share, mean, width in ((0.5, -1.2, 0.4), (0.5, 1.2, 0.55))
    ]
    density = np.logaddexp.reduce(wells, axis=0)
    return base - (X**2 / 6)[:, None], base + density[:, None]


def draw():
    figure, axes = style.figure(7, 3.0, 1, 3)
    figure.get_layout_engine().set(w_pad=0.02, wspace=0.06)
    shaped = logits()
    colours = style.DATA, style.NOISE
    log_p = shaped[0] - np.logaddexp.reduce(shaped[0], axis=1)[:, None]
    for k, colour in enumerate(colours):
        axes[0].plot(X, np.exp(log_p[:, k]), color=colour)
    axes[0].set_title("$p(y \\mid x)$ of both")
    for panel, f, name in zip(axes[1:], shaped, "AB", strict=True):
        joint = np.exp(f)
        joint /= joint.sum() * (X[1] - X[0])
        panel.plot(X, joint.sum(axis=1), color=style.FAINT, linewidth=4)
        for k, colour in enumerate(colours):
            panel.plot(X, joint[:, k], color=colour)
        panel.set(title=f"$p(x, y)$ of {name}", ylim=(0, 0.62))
    axes[1].text(0, 0.33, "$p(x)$", ha="center", color=style.INK)
    for panel in axes:
        panel.set(xticks=[], yticks=[], xlabel="$x$", xlim=(-3.2, 3.2))
    axes[0].text(-3.0, 0.8, "$y = 0$", color=style.DATA)
    axes[0].text(1.2, 0.6, "$y = 1$", color=style.NOISE)
    return figure
