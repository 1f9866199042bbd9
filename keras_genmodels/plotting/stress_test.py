"""The figure of a stress test: curves against the radius, and what is there."""

import numpy as np

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.images import CELL
from keras_genmodels.plotting.images import gap_between
from keras_genmodels.plotting.notebook_figure import NotebookFigure
from keras_genmodels.plotting.tiles import draw
from keras_genmodels.plotting.tiles import tile


def stress_test(test, *, num_images=8, response_name="response", classes=None):
    """What a model decodes, and a response to it, farther and farther out.

    Args:
        test: Result of `explore.stress_test`.
        num_images: Int > 0. Images per shell, where the data are images. They
            lie on the same rays from shell to shell.
        response_name: String.
        classes: Optional strings, names of the `k` responses.

    Returns:
        A Matplotlib figure. At the left the response (mean and standard
        deviation over a shell), the distance to the nearest reference data
        and the entropy of the classifier, as far as they are there, against
        the radius; at the right the decoded images, a row per radius, with
        the prior mass beyond it.
    """
    num_images = check_count("num_images", num_images)
    images = test.decoded[:, :num_images]
    has_images = images.ndim == 5 and images.shape[4] in (1, 3)
    panels = [_draw_response]
    if test.distances is not None:
        panels.append(_draw_distances)
    if test.entropy is not None:
        panels.append(_draw_entropy)
    high = max(2.4 * len(panels), 0.6 + CELL * len(test.radii) * has_images)
    right = CELL * images.shape[1] + 1 if has_images else 0
    figure = NotebookFigure(figsize=(4.5 + right, high))
    left = figure
    if has_images:
        left, beside = figure.subfigures(1, 2, width_ratios=(4.5, right))
        _draw_images(beside.subplots(), test, images)
    all_axes = left.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, panel in zip(all_axes, panels, strict=True):
        panel(axes, test, response_name, classes)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    all_axes[-1].set(xlabel="Mahalanobis radius")
    return figure


def percent(mass):
    """A probability in words, also when it is tiny."""
    if mass in (0, 1) or mass >= 0.0005:
        return f"{mass:.1%}".replace(".0%", "%")
    return f"{100 * mass:.0e}%".replace("e-0", "e-")


def _draw_response(axes, test, response_name, classes):
    means = test.response_mean.reshape(len(test.radii), -1)
    spreads = test.response_std.reshape(means.shape)
    if classes is None:
        classes = range(means.shape[1])
    for mean, spread, label in zip(means.T, spreads.T, classes, strict=True):
        (line,) = axes.plot(
            test.radii, mean, "o-", markersize=3, label=str(label)
        )
        if means.shape[1] == 1:
            axes.fill_between(
                test.radii,
                mean - spread,
                mean + spread,
                color=line.get_color(),
                alpha=0.2,
                linewidth=0,
            )
    if means.shape[1] > 1:
        axes.legend(ncols=-(-means.shape[1] // 5), fontsize="x-small")
    axes.set(ylabel=response_name)


def _draw_distances(axes, test, response_name, classes):
    low, middle, high = np.quantile(test.distances, [0.05, 0.5, 0.95], axis=1)
    axes.plot(test.radii, middle, "o-", markersize=3, label="decoded")
    axes.fill_between(test.radii, low, high, alpha=0.2, linewidth=0)
    usual = np.quantile(test.held_out_distances, [0.05, 0.5, 0.95])
    axes.axhspan(usual[0], usual[2], color="gray", alpha=0.2, linewidth=0)
    axes.axhline(usual[1], color="gray", label="held-out data")
    axes.legend(fontsize="small")
    axes.set(ylabel="distance to the data", ylim=(0, None))


def _draw_entropy(axes, test, response_name, classes):
    low, middle, high = np.quantile(test.entropy, [0.05, 0.5, 0.95], axis=1)
    axes.plot(test.radii, middle, "o-", markersize=3)
    axes.fill_between(test.radii, low, high, alpha=0.2, linewidth=0)
    axes.set(ylabel="entropy of the classes (nats)", ylim=(0, None))


def _draw_images(axes, test, images):
    shells, columns, height = images.shape[:3]
    flat = images.reshape(-1, *images.shape[2:])
    gap = gap_between(flat)
    draw(axes, tile(flat, columns, gap=gap))
    axes.set_yticks(
        np.arange(shells) * (height + gap) + (height - 1) / 2,
        [
            f"{radius:g}\n({percent(mass)})"
            for radius, mass in zip(test.radii, test.mass_beyond, strict=True)
        ],
    )
    axes.tick_params(length=0)
    axes.set(ylabel="radius (prior mass beyond)")
