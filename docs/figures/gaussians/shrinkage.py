"""Eigenvalues of few rows spread too far, and shrinkage brings them back."""

import numpy as np
import style

DIM = 40
TRUE = np.geomspace(4, 0.25, DIM)
ROWS = (60, 120, 480)
ALPHA = 0.3
REPEATS = 30


def sample(num_rows, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((num_rows, DIM)) * np.sqrt(TRUE)
    return x.mean(axis=0), np.cov(x.T, bias=True)


def shrunk(covariance, alpha):
    mean_variance = np.trace(covariance) / DIM
    return (1 - alpha) * covariance + alpha * mean_variance * np.eye(DIM)


def nats(mean, covariance):
    """The mean of -log p(x) over all possible data, exactly."""
    spread = np.diag(TRUE) + np.outer(mean, mean)
    log_det = np.linalg.slogdet(2 * np.pi * covariance)[1]
    return 0.5 * (log_det + np.trace(np.linalg.solve(covariance, spread)))


def draw():
    figure, (left, right) = style.figure(7, 3.2, 1, 2)
    figure.get_layout_engine().set(w_pad=0.05, wspace=0.06)
    _, covariance = sample(ROWS[0], 0)
    index = np.arange(1, DIM + 1)
    left.plot(index, TRUE, color=style.INK, label="true")
    for matrix, colour, name in (
        (covariance, style.NOISE, f"of {ROWS[0]} rows"),
        (shrunk(covariance, ALPHA), style.MODEL, "shrunk"),
    ):
        values = np.linalg.eigvalsh(matrix)[::-1]
        left.plot(index, values, ".", color=colour, label=name)
    left.set(yscale="log", xlabel="number, by size", title="eigenvalues")
    left.legend(frameon=False, fontsize=12, loc="lower left", handlelength=1)
    best = nats(np.zeros(DIM), np.diag(TRUE))
    alphas = np.linspace(0, 0.8, 41)
    colours = (style.NOISE, style.FOURTH, style.DATA)
    for num_rows, colour in zip(ROWS, colours, strict=True):
        losses = []
        for seed in range(REPEATS):
            mean, covariance = sample(num_rows, seed)
            losses.append([nats(mean, shrunk(covariance, a)) for a in alphas])
        loss = np.mean(losses, axis=0) - best
        right.plot(alphas, loss, color=colour, label=f"{num_rows} rows")
        least = loss.argmin()
        right.plot(alphas[least], loss[least], "o", color=colour)
    right.set(ylim=(0, 14), xlim=(0, 0.8), xlabel=r"shrinkage $\alpha$")
    right.legend(frameon=False, fontsize=12, handlelength=1)
    right.set_title("nats lost on new data")
    return figure
