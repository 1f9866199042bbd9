"""Signal, noise and their ratio for gradients of the bound of K draws.

The model: z ~ N(0, 1), x | z ~ N(w z, s^2), with an encoder N(mu, v) that is
not the exact posterior.
"""

import numpy as np
import style

W, S2, X = 1.0, 0.3, 2.0
DRAWS = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500])
REPEATS = 12_000


def gradients(draws, rng):
    """Single estimates of three gradients: `(REPEATS,)` each.

    With respect to the encoder's mean, once and doubly reparametrised, and
    with respect to the decoder's weight w.
    """
    variance = S2 / (W**2 + S2)
    mean, scale = W * X / (W**2 + S2) + 0.2, 1.25 * np.sqrt(variance)
    parts = []
    for _ in range(6):
        noise = rng.standard_normal((REPEATS // 6, draws), dtype=np.float32)
        z = mean + scale * noise
        log_w = -0.5 * (X - W * z) ** 2 / S2 - 0.5 * z**2 + 0.5 * noise**2
        v = np.exp(log_w - log_w.max(axis=1, keepdims=True))
        v /= v.sum(axis=1, keepdims=True)
        # d log w / dz with q's parameters fixed; d log q / d mean is
        # noise / scale, and d z / d mean is 1.
        slope = W * (X - W * z) / S2 - z + noise / scale
        once = np.sum(v * (slope - noise / scale), axis=1)
        doubly = np.sum(v**2 * slope, axis=1)
        decoder = np.sum(v * (X - W * z) * z / S2, axis=1)
        parts.append((once, doubly, decoder))
    return np.concatenate(parts, axis=1)


def ratios():
    """Of signal to noise, `(len(DRAWS), 3)`, and the encoder's signal.

    Both estimates of the encoder's gradient have one mean, which the second
    tells with less error.
    """
    rng = np.random.default_rng(0)
    ratio = []
    for draws in DRAWS:
        values = gradients(draws, rng)
        signal, noise = np.abs(values.mean(axis=1)), values.std(axis=1)
        signal[0] = signal[1]
        ratio.append(signal / noise)
    return np.array(ratio)


def draw():
    ratio = ratios()
    figure, axes = style.figure(7, 4.0)
    names = ("encoder", "encoder, doubly", "decoder")
    colours = (style.NOISE, style.MODEL, style.DATA)
    places = ((12, 0.022), (20, 0.62), (2.4, 5.0))
    for values, name, colour, place in zip(
        ratio.T, names, colours, places, strict=True
    ):
        axes.plot(DRAWS, values, "o-", color=colour, markersize=5)
        axes.text(*place, name, color=colour, fontsize=16)
    axes.set(xscale="log", yscale="log", xlim=(0.9, 600))
    axes.set_xticks((1, 10, 100), ["1", "10", "100"])
    axes.set_yticks((0.1, 1, 10), ["0.1", "1", "10"])
    axes.minorticks_off()
    axes.set(xlabel="draws $K$", ylabel="signal / noise")
    return figure
