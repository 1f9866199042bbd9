"""Errors by number of rows: naive Bayes first, then logistic regression."""

import numpy as np
import style

DIM = 20
ROWS = np.array([20, 40, 100, 200, 500, 1000, 3000])
REPEATS = 60
SHIFT = np.full(DIM, 0.6)
SIGNS = np.where(np.arange(DIM) < 5, 1.0, 0.0)


def independent(num_rows, rng):
    """Values independent within a class: the density is right."""
    y = rng.integers(0, 2, num_rows)
    return rng.standard_normal((num_rows, DIM)) + y[:, None] * SHIFT, y


def dependent(num_rows, rng):
    """Noise that the first five values share: the density is wrong."""
    x, y = independent(num_rows, rng)
    return x + 1.5 * rng.standard_normal((num_rows, 1)) * SIGNS, y


def generative(x, y):
    """Normal densities with one diagonal covariance: weights, bias last."""
    means = [x[y == c].mean(axis=0) for c in (0, 1)]
    variance = np.mean((x - np.where(y[:, None] == 1, *means[::-1])) ** 2, 0)
    weights = (means[1] - means[0]) / variance
    share = y.mean()
    bias = np.log(share / (1 - share)) - weights @ (means[0] + means[1]) / 2
    return np.append(weights, bias)


def discriminative(x, y):
    """Logistic regression with a penalty that hardly matters, by Newton."""
    rows = np.column_stack([x, np.ones(len(x))])
    weights = np.zeros(DIM + 1)
    ridge = 1e-2 * np.eye(DIM + 1)

    def loss(w):
        logits = rows @ w
        return np.sum(np.logaddexp(0, logits) - y * logits) + w @ ridge @ w / 2

    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(rows @ weights, -500, 500)))
        slope = rows.T @ (p - y) + ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows + ridge
        step, now = np.linalg.solve(curve, slope), loss(weights)
        while loss(weights - step) > now + 1e-9:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def draw():
    figure, axes = style.figure(7, 3.2, 1, 2, sharey=True)
    figure.get_layout_engine().set(w_pad=0.04, wspace=0.04)
    cases = ("density right", independent), ("density wrong", dependent)
    fits = (
        (generative, style.MODEL, "naive Bayes"),
        (discriminative, style.NOISE, "logistic"),
    )
    for panel, (name, data) in zip(axes, cases, strict=True):
        x_test, y_test = data(10_000, np.random.default_rng(99))
        rows_test = np.column_stack([x_test, np.ones(len(x_test))])
        for fit, colour, label in fits:
            errors = []
            for num_rows in ROWS:
                wrong = []
                for seed in range(REPEATS):
                    x, y = data(num_rows, np.random.default_rng(seed))
                    guess = rows_test @ fit(x, y) > 0
                    wrong.append(np.mean(guess != y_test))
                errors.append(100 * np.mean(wrong))
            panel.plot(ROWS, errors, "o-", color=colour, label=label)
        panel.set(xscale="log", xlabel="training rows", title=name)
        panel.set_xticks([], minor=True)
        panel.set_xticks([20, 100, 500, 3000], ["20", "100", "500", "3,000"])
    axes[1].legend(frameon=False, fontsize=12, handlelength=1.2)
    axes[0].set(ylabel="wrong, %", ylim=(0, None))
    return figure
