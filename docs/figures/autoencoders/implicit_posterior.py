"""What comes out if one of K draws is chosen by its importance weight."""

import numpy as np
import style

X, SCALE = 1.1, 0.55  # the example, and the noise of the likelihood
MEAN, WIDTH = 0.3, 0.9  # of the encoder's normal
Z = np.linspace(-4, 4, 401)
DRAWS = (1, 5, 50)
REPEATS = 4000


def log_joint(z):
    mean = np.logaddexp(0, 2.2 * z) - 0.3  # a decoder that bends
    log_likelihood = -0.5 * ((X - mean) / SCALE) ** 2
    log_likelihood -= np.log(SCALE * np.sqrt(2 * np.pi))
    return log_likelihood - 0.5 * z**2 - 0.5 * np.log(2 * np.pi)


def log_q(z):
    noise = (z - MEAN) / WIDTH
    return -0.5 * noise**2 - np.log(WIDTH * np.sqrt(2 * np.pi))


def weight(z):
    return np.exp(log_joint(z) - log_q(z))


def chosen(draws, rng):
    """Density over `Z` of the draw that is chosen, and the bound of K draws.

    The density at z is q(z) times the mean, over the other draws, of the weight
    of z divided by the average of all K weights.
    """
    w = weight(MEAN + WIDTH * rng.standard_normal((REPEATS, draws)))
    others = w[:, 1:].sum(axis=1)
    mine = weight(Z)
    share = np.mean(mine / ((mine + others[:, None]) / draws), axis=0)
    return np.exp(log_q(Z)) * share, np.mean(np.log(w.mean(axis=1)))


def draw():
    rng = np.random.default_rng(0)
    step = Z[1] - Z[0]
    log_p = np.log(np.sum(np.exp(log_joint(Z))) * step)
    posterior = np.exp(log_joint(Z) - log_p)
    figure, axes = style.figure(7, 3.3, 1, 3, sharey=True)
    figure.get_layout_engine().set(wspace=0.03)
    for panel, draws in zip(axes, DRAWS, strict=True):
        density, bound = chosen(draws, rng)
        panel.fill_between(
            Z, posterior, color=style.DATA, alpha=0.3, linewidth=0
        )
        panel.plot(Z, np.exp(log_q(Z)), color=style.NOISE, linewidth=1.5,
                   linestyle="--")  # fmt: skip
        panel.plot(Z, density, color=style.MODEL, linewidth=2.5)
        panel.set(
            xlim=(-1.9, 2.1), ylim=(0, 1.55), yticks=[], xticks=(-1, 0, 1)
        )
        panel.set_xlabel("$z$", labelpad=1)
        panel.spines["left"].set_visible(False)
        panel.set_title(
            f"$K = {draws}$\nbound {bound:.2f}".replace("-", "−"), fontsize=15
        )
    axes[0].text(-1.8, 1.3, "posterior", color=style.DATA, fontsize=15)
    axes[0].text(-1.8, 0.62, "$q$", color=style.NOISE, fontsize=19)
    axes[2].text(-1.8, 1.3, "chosen", color=style.MODEL, fontsize=15)
    return figure
