"""The product of two normals, where an image is clear and where it is not."""

import numpy as np
import style

PRIOR = (-1.0, 0.8)  # mean and standard deviation
CASES = {
    "a clear image": (1.2, 0.4),
    "an unclear image": (1.2, 1.8),
}
Z = np.linspace(-4, 4.4, 401)


def normal(z, mean, scale):
    return np.exp(-0.5 * ((z - mean) / scale) ** 2) / (
        scale * np.sqrt(2 * np.pi)
    )


def product(first, second):
    """Mean and standard deviation."""
    (mean_a, scale_a), (mean_b, scale_b) = first, second
    variance = 1 / (scale_a**-2 + scale_b**-2)
    mean = variance * (mean_a / scale_a**2 + mean_b / scale_b**2)
    return mean, np.sqrt(variance)


def kl(first, second):
    (mean_a, scale_a), (mean_b, scale_b) = first, second
    ratio = (scale_a / scale_b) ** 2
    square = ((mean_a - mean_b) / scale_b) ** 2
    return 0.5 * (square + ratio - 1 - np.log(ratio))


def draw():
    figure, axes = style.figure(7, 3.5, 1, 2, sharey=True)
    figure.get_layout_engine().set(wspace=0.04)
    for panel, (title, message) in zip(axes, CASES.items(), strict=True):
        posterior = product(message, PRIOR)
        panel.fill_between(
            Z, normal(Z, *posterior), color=style.MODEL, alpha=0.3, linewidth=0
        )
        for parameters, colour in (
            (posterior, style.MODEL),
            (PRIOR, style.NOISE),
            (message, style.DATA),
        ):
            panel.plot(Z, normal(Z, *parameters), color=colour)
        panel.set(xlim=(-4, 4.4), ylim=(0, 1.5), xticks=[-2, 0, 2], yticks=[])
        panel.set_xlabel("$z_1$")
        panel.set_title(f"{title}\ncosts {kl(posterior, PRIOR):.2f} nats")
        panel.spines["left"].set_visible(False)
    left, right = axes
    left.text(-3.9, 0.57, "prior", color=style.NOISE, fontsize=14)
    left.text(1.95, 0.8, "message", color=style.DATA, fontsize=14)
    left.text(-1.1, 1.2, "product", color=style.MODEL, fontsize=14)
    right.text(-3.9, 0.57, "product", color=style.MODEL, fontsize=14)
    right.text(0.35, 0.42, "prior", color=style.NOISE, fontsize=14)
    right.text(2.1, 0.26, "message", color=style.DATA, fontsize=14)
    return figure
