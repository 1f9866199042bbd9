# %% [markdown]
# # Two levels of codes, and one that falls silent
#
# In a hierarchical VAE, a network makes the prior of a code from another code
# above it. What is a second level worth, and what does each level say? The
# [theory](../../theory/autoencoders/hierarchical_vae.md) has the bound.
# `python examples/autoencoders/hierarchical_vae.py` runs this page in a shell;
# with `--smoke` it hardly trains.

# %%
import pathlib
import sys

import keras_genmodels as kgm
import keras
import numpy as np

smoke = "--smoke" in sys.argv
epochs, repeats, draws = (1, 2, 5) if smoke else (150, 20, 300)
levels, units, tops = ((2, 1), 8, 20) if smoke else ((8, 4), 128, 500)
(x_train, _), (x_test, _) = kgm.datasets.load("digits")
x_train, x_test = ((x > 0.5).astype("float32") for x in (x_train, x_test))
x_train, _ = kgm.datasets.validation_split(x_train, num=144)
x_train = x_train[:100] if smoke else x_train
numpy, x = keras.ops.convert_to_numpy, keras.ops.convert_to_tensor(x_test)

# %% [markdown]
# Bits and recipe are those of the [flows](flow_vae.md). Validation images chose
# levels of (8, 4) numbers over (8, 2), and 1 free nat by the ELBO, out of 0,
# 0.5, 1, 2 and 4. (4 gave a slightly better bound of many draws.) One level is
# the plain VAE. The table has the nats that a test image costs (lower is
# better), by the ELBO and by the bound of 300 draws, the gain over one level,
# and the KL of each level, the lower one first.

# %%
models, costs = {}, {}
columns = "ELBO", "many draws", "gain"
print(" " * 10, *(f"{column:>14}" for column in columns), "    KL")
for name, latents, arguments in (
    ("one level", levels[:1], {}),
    ("two levels", levels, {}),
    ("free nats", levels, {"free_bits": 1.0}),
):
    keras.utils.set_random_seed(0)
    model = models[name] = kgm.HierarchicalVAE.from_shape(
        (8, 8, 1),
        latent_dims=latents,
        hidden_units=(units,),
        seed=0,
        **arguments,
    )
    steps = epochs * -(-len(x_train) // 64)
    schedule = keras.optimizers.schedules.CosineDecay(4e-3, steps)
    model.compile(keras.optimizers.Adam(schedule))
    model.fit(x_train, epochs=epochs, batch_size=64, verbose=0)
    elbo = [-model.elbo(x_test, seed=i) for i in range(repeats)]
    costs[name] = -model.importance_log_prob(x_test, draws, seed=0)
    print(f"{name:10}", end="")
    gain = costs["one level"] - costs[name]
    for nats in np.mean(elbo, axis=0), costs[name], gain:
        error = nats.std(ddof=1) / len(nats) ** 0.5
        print(f"{nats.mean():7.2f} +- {error:.2f}", end="")
    kls = [numpy(kl).mean() for kl in model.compute_terms(x)[1]]
    print("  ", *(f"{kl:5.2f}" for kl in kls))

# %% [markdown]
# A second level alone gains nothing: the lower one has fallen silent, and the
# four numbers above do the work of eight. With free nats the lower level says
# 1.35 nats, and the gain is 0.3 (0.38 and 0.26 on validation images with seeds
# 0 and 1). A [flow](flow_vae.md) as prior gained 0.9. Below are test images,
# samples of one level, and samples of two. The eye hardly sees the difference.

# %% alt="Test digits, samples of one level, samples of two with free nats"
names = "one level", "free nats"
samples = [models[name].sample(28, seed=0) for name in names]
rows = np.concatenate([x_test[:28], *samples])
figures = {"samples": kgm.plotting.image_grid(rows, columns=14)}
figures["samples"]

# %% [markdown]
# Each half of a row has one draw of the top level and seven of the lower one.
# Without free nats (left) all seven are equal: the prior of the lower level is
# so narrow that the level is a function of the one above, a layer of the
# decoder. With free nats (right) strokes vary, and sometimes the digit does.

# %% alt="Rows of digits that share their top level, without and with free nats"
rows = []
for name in ("two levels", "free nats"):
    model, rng = models[name], np.random.default_rng(1)
    top = np.repeat(rng.normal(size=(tops, 1, levels[1])), 7, axis=1)
    top = top.reshape(-1, levels[1]).astype("float32")
    mean, log_var = map(numpy, model.compute_prior(0, top))
    low = mean + np.exp(log_var / 2) * rng.normal(size=mean.shape)
    images = model.decode(np.hstack([low, top]).astype("float32"))
    images = images.reshape(tops, 7, 8, 8, 1)
    rows.append(images[:6])
    share = images.var(axis=1, ddof=1).mean() / images.var(axis=(0, 1)).mean()
    spreads = model.compute_levels(x)[0][2][1], model.compute_messages(x)[0][1]
    prior, message = (np.exp(numpy(v).mean() / 2) for v in spreads)
    print(f"{name}: {share:.1%} of the variance by the lower level;", end=" ")
    print(f"deviations: prior {prior:.3f}, message {message:.2f}")
rows = np.concatenate(rows, axis=1).reshape(-1, 8, 8, 1)
figures["redrawn"] = kgm.plotting.image_grid(rows, columns=14)
if "ipykernel" not in sys.modules:
    folder = pathlib.Path("runs", "examples", "hierarchical_vae")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png")
figures["redrawn"]
