"""A content, a gate, and their product along a signal."""

import numpy as np
import style


def draw():
    t = np.linspace(0, 1, 240)
    content = np.tanh(1.6 * np.sin(2 * np.pi * 7 * t))
    gate = 1 / (1 + np.exp(-9 * np.sin(2 * np.pi * (1.15 * t - 0.12))))
    figure, axes = style.figure(7, 2.1, 1, 3, sharey=True)
    figure.get_layout_engine().set(w_pad=0.1, wspace=0.02)
    parts = (
        (content, style.DATA, r"content: $\tanh(t)$"),
        (gate, style.NOISE, r"gate: $\sigma(g)$"),
        (content * gate, style.MODEL, "product"),
    )
    for panel, (values, colour, name) in zip(axes, parts, strict=True):
        panel.axhline(0, color=style.FAINT, linewidth=1)
        panel.plot(t, values, color=colour)
        panel.set_title(name, color=colour)
        panel.set(xticks=[], yticks=[-1, 0, 1], ylim=(-1.1, 1.1))
        panel.spines["bottom"].set_visible(False)
    axes[2].plot(t, gate, ":", color=style.NOISE, linewidth=1.5)
    axes[2].plot(t, -gate, ":", color=style.NOISE, linewidth=1.5)
    for panel, sign in ((axes[0], r"$\times$"), (axes[1], "$=$")):
        panel.text(1.1, 0.5, sign, transform=panel.transAxes, ha="center",
                   va="center", fontsize=20)  # fmt: skip
    return figure
