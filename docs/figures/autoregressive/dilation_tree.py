"""Four causal convolutions whose taps lie further and further apart."""

import style

LENGTH = 16
DILATIONS = (1, 2, 4, 8)
BACK = 11  # the path that is shown: 8 + 2 + 1


def draw():
    figure, axes = style.figure(7, 3.7)
    needed, path = {LENGTH}, [LENGTH]
    levels = [needed]
    for dilation in reversed(DILATIONS):
        needed = needed | {i - dilation for i in needed}
        levels.insert(0, needed)
        path.insert(0, path[0] - dilation * bool(BACK & dilation))
    assert levels[0] == set(range(1, LENGTH + 1))
    for layer, dilation in enumerate(DILATIONS):
        for i in range(1, LENGTH + 1):
            for start in (i, i - dilation):
                if start < 1:
                    continue
                colour, width, order = style.FAINT, 0.8, 1
                if i in levels[layer + 1]:
                    colour, width, order = style.DATA, 2, 2
                if (start, i) == tuple(path[layer : layer + 2]):
                    colour, width, order = style.NOISE, 3.5, 3
                axes.plot([start, i], [layer, layer + 1], color=colour,
                          linewidth=width, zorder=order)  # fmt: skip
    for layer, used in enumerate(levels):
        for i in range(1, LENGTH + 1):
            colour = style.DATA if i in used else style.FAINT
            if i == path[layer]:
                colour = style.NOISE
            axes.plot(i, layer, "o", markersize=8, color=colour, zorder=4)
    for layer, dilation in enumerate(DILATIONS):
        axes.text(LENGTH + 0.7, layer + 0.5, f"$d_{layer + 1} = {dilation}$",
                  va="center", fontsize=15)  # fmt: skip
        axes.text(0.3, layer + 1, f"sees {2 * dilation}", ha="right",
                  va="center")  # fmt: skip
    axes.text(0.3, 0, "inputs", ha="right", va="center")
    names = {1: "$x_0$", 5: "$x_4$", 9: "$x_8$", 13: "$x_{12}$",
             16: "$x_{15}$"}  # fmt: skip
    for i, name in names.items():
        colour = style.NOISE if i == LENGTH - BACK else style.INK
        axes.text(i, -0.5, name, ha="center", va="center", fontsize=15,
                  color=colour)  # fmt: skip
    style.arrow(axes, (LENGTH, 4.15), (LENGTH, 4.6), style.DATA)
    axes.text(LENGTH - 0.4, 4.55, r"$\lambda_{16}$", ha="right", va="center",
              color=style.DATA, fontsize=16)  # fmt: skip
    axes.set(xlim=(-2.2, LENGTH + 2.9), ylim=(-0.8, 4.8))
    axes.set_axis_off()
    return figure
