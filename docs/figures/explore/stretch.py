"""Small circles of codes, and the ellipses that a decoder makes of them."""

import numpy as np
import style

ANGLES = np.linspace(0, 2 * np.pi, 60)
CIRCLE = np.array([np.cos(ANGLES), np.sin(ANGLES)])
PLACES = np.stack(
    np.meshgrid((-1.6, 0.0, 1.6), (-1.6, 0.0, 1.6)), axis=-1
).reshape(-1, 2)


def decode(z):
    a, b = z[..., 0], z[..., 1]
    first = 2.3 * np.tanh(0.75 * a + 0.12 * b)
    second = 0.85 * b + 0.28 * a**2 - 0.5
    return np.stack([first, second], axis=-1)


def jacobian(z, step=1e-5):
    moves = step * np.eye(2)
    columns = [(decode(z + m) - decode(z - m)) / (2 * step) for m in moves]
    return np.stack(columns, axis=-1)


def draw():
    figure, (left, right) = style.figure(7, 3.9, 1, 2)
    figure.get_layout_engine().set(wspace=0.05)
    lines = np.linspace(-2.4, 2.4, 13)
    fine = np.linspace(-2.4, 2.4, 60)
    for at in lines[::2]:
        for line in (
            np.stack([np.full(60, at), fine], axis=-1),
            np.stack([fine, np.full(60, at)], axis=-1),
        ):
            left.plot(*line.T, color=style.FAINT, linewidth=0.8)
            right.plot(*decode(line).T, color=style.FAINT, linewidth=0.8)
    for z in PLACES:
        j = jacobian(z)
        left.plot(*(z[:, None] + 0.38 * CIRCLE), color=style.DATA)
        right.plot(*(decode(z)[:, None] + 0.38 * j @ CIRCLE), color=style.DATA)
        most = np.linalg.svd(j)[2][0]  # the direction of most change
        ends = np.array([-0.38, 0.38])[:, None] * most
        left.plot(*(z + ends).T, color=style.MODEL)
        right.plot(*(decode(z) + ends @ j.T).T, color=style.MODEL)
    left.set(xlim=(-2.6, 2.6), ylim=(-2.6, 2.6), aspect="equal")
    right.set(xlim=(-3.1, 3.1), ylim=(-2.8, 3.4), aspect="equal")
    for panel, name in ((left, "codes"), (right, "data")):
        panel.set(xticks=[], yticks=[])
        panel.set_title(name, fontsize=15)
    left.set_xlabel("$z_1$")
    left.set_ylabel("$z_2$")
    right.set_xlabel("$x_1$")
    right.set_ylabel("$x_2$")
    return figure
