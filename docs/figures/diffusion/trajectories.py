"""Noise flows into eight modes, again and again: an SVG that moves.

A particle is two strokes along its curve, a dot and a thin tail, which are
single dashes that one offset moves. An image cannot ask whether its reader
wants less motion: the page does, by a `<picture>` with a figure at rest.
"""

import numpy as np
import style
from matplotlib.colors import to_hex
from mixture import Mixture
from mixture import follow
from mixture import ring

MODEL = Mixture(ring(8, 3), 0.25)
SIZE, EXTENT = 320, 4.0
MOVES, REST, SECONDS = 20, 8, 5.6  # of a round
PERIOD, TAIL = 600, 26  # of the dashes, longer than any curve


def draw():
    noise = np.random.default_rng(4).standard_normal((150, 2))
    times = np.linspace(1, 0, MOVES + 1) ** 1.5  # slower near the data
    curves = follow(MODEL.velocity, noise, times).transpose(1, 0, 2)
    pixels = np.round(SIZE / 2 * (1 + curves * [1, -1] / EXTENT), 1)
    particles = "\n".join(particle(i, curve) for i, curve in enumerate(pixels))
    shades = [*style.blend(times), *[style.blend(0)] * REST]
    colours = animate("stroke", map(to_hex, shades))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" \
width="{SIZE}" height="{SIZE}">
<style>
path {{ fill: none; stroke-linecap: round }}
.tail {{
  stroke-width: 1.2;
  stroke-dasharray: 0 {PERIOD - TAIL} {TAIL} 0;
  opacity: 0.6;
}}
.dot {{ stroke-width: 4.5; stroke-dasharray: 0.5 {PERIOD - 0.5} }}
</style>
<g>{colours}
{particles}
</g>
</svg>
"""


def particle(i, curve):
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    place = np.append(0, np.cumsum(steps))
    # A dot at the very end of its curve may be off it, by rounding.
    place = np.minimum(place, place[-1] - 1)
    offsets = [f"{-p:.1f}" for p in [*place, *[place[-1]] * REST]]
    line = "L".join(f"{x:g} {y:g}" for x, y in curve)
    return (
        f"<g>{animate('stroke-dashoffset', offsets)}"
        f'<defs><path id="p{i}" d="M{line}"/></defs>'
        f'<use href="#p{i}" class="tail"/><use href="#p{i}" class="dot"/></g>'
    )


def animate(attribute, values):
    return (
        f'<animate attributeName="{attribute}" dur="{SECONDS}s" '
        f'repeatCount="indefinite" values="{";".join(values)}"/>'
    )
