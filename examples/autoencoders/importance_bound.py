# %% [markdown]
# # How close is the bound? A case with a known answer
#
# For images nobody can compute $\log p(x)$, so nobody can see how far below it
# a bound lies. For a *linear* decoder with normal noise one can:
#
# $$
# z \sim \mathcal N(0, I), \qquad
# x \mid z \sim \mathcal N(W z, \sigma^2 I)
# \quad\Longrightarrow\quad
# x \sim \mathcal N(0, W W^\top + \sigma^2 I).
# $$
#
# We set the weights of a VAE by hand to the best it can do and measure its
# bounds. The derivation is in the
# [theory](../../theory/autoencoders/vae.md#a-case-where-everything-is-exact).

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import multivariate_normal

smoke = "--smoke" in sys.argv
num_examples = 200 if smoke else 20_000
nums_samples = (1, 2, 5, 10, 20, 50, 100)
scale = 0.1**0.5
rng = np.random.default_rng(0)

# %% [markdown]
# ## The model
#
# With $M = W^\top W + \sigma^2 I$ the exact posterior is
# $\mathcal N(M^{-1} W^\top x, \sigma^2 M^{-1})$. The encoder can only give a
# diagonal normal. The best one has the exact mean and the variances
# $\sigma^2 / M_{jj}$.


# %%
def linear_vae(w):
    """A VAE with decoder z -> W z and its optimal affine encoder."""
    data_dim, latent_dim = w.shape
    m = w.T @ w + scale**2 * np.eye(latent_dim)
    vae = kgm.VAE(
        encoder=kgm.networks.mlp((data_dim,), (2 * latent_dim,), ()),
        decoder=kgm.networks.mlp((latent_dim,), (data_dim,), ()),
        likelihood=kgm.layers.NormalLikelihood(scale=scale),
    )
    means = np.linalg.solve(m, w.T)
    log_vars = np.log(scale**2 / np.diag(m))
    vae.encoder.set_weights(
        [
            np.hstack([means.T, np.zeros_like(w)]),
            np.concatenate([np.zeros(latent_dim), log_vars]),
        ]
    )
    vae.decoder.set_weights([w.T, np.zeros(data_dim)])
    gap = 0.5 * (np.log(np.diag(m)).sum() - np.linalg.slogdet(m)[1])
    return vae, gap


# %% [markdown]
# ## The measurement
#
# The columns of $W$ have length one and inner product $c$. At $c = 0$ the
# posterior is diagonal and the ELBO exact; the larger $c$, the more correlated
# are the two latent variables given $x$, and the worse is a diagonal normal.

# %% alt="Distance from the exact log-likelihood, by number of samples"
keras.utils.set_random_seed(0)
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for c in (0.5, 0.95):
    w = np.array([[1.0, c], [0.0, (1 - c**2) ** 0.5], [0.0, 0.0]])
    vae, predicted = linear_vae(w)
    covariance = w @ w.T + scale**2 * np.eye(3)
    x = rng.multivariate_normal(np.zeros(3), covariance, num_examples)
    x = x.astype("float32")
    exact = multivariate_normal(cov=covariance).logpdf(x)
    print(f"c = {c}: log p(x) = {exact.mean():.3f} nats on average")
    print(f"  predicted distance of the ELBO: {predicted:.4f} nats")
    gaps, errors = [], []
    for num_samples in nums_samples:
        bound = vae.importance_log_prob(x, num_samples, seed=0)
        gaps.append(np.mean(exact - bound))
        errors.append(np.std(exact - bound) / num_examples**0.5)
        print(
            f"  measured with {num_samples:3d} samples: "
            f"{gaps[-1]:.4f} +- {errors[-1]:.4f}"
        )
    axes.errorbar(nums_samples, gaps, errors, fmt="o-", label=f"c = {c}")
axes.set(
    xscale="log",
    yscale="log",
    xlabel="samples of z per example",
    ylabel=r"$\log p(x)$ $-$ bound (nats)",
)
axes.legend()
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "importance_bound")
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "gap.png")

# %% [markdown]
# The measured ELBO (one sample) agrees with the prediction, and every bound
# lies below the exact value. For $c = 0.5$ ten times the samples bring the
# bound nearly ten times closer. For $c = 0.95$ they do not: the weights then
# have an infinite variance, because the encoder's normal is too narrow for the
# posterior it stands in for (an exercise on the theory page).
