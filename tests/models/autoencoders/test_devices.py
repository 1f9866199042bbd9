"""Two devices move one codebook, by the whole batch."""

import keras
import numpy as np

import keras_genmodels as kgm


def fit(dead_share):
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).random((64, 6), dtype="float32")
    model = kgm.VQVAE.from_shape(
        (6,),
        hidden_units=(8,),
        num_embeddings=4,
        dead_share=dead_share,
        seed=0,
    )
    # Networks that stand still: what is left is the codebook.
    model.compile(keras.optimizers.SGD(0.0))
    history = model.fit(x, batch_size=32, epochs=3, shuffle=False, verbose=0)
    return model.quantizer, history.history


def test_two_devices_share_a_codebook(two_devices):
    for dead_share in (0.0, 0.5):  # without reviving, and with
        one, one_history = fit(dead_share)
        with two_devices():
            two, two_history = fit(dead_share)
        for name in ("perplexity", "usage"):  # of the whole batch, not of parts
            np.testing.assert_allclose(
                two_history[name], one_history[name], rtol=1e-4
            )
        for a, b in zip(one.weights, two.weights, strict=True):
            a = keras.ops.convert_to_numpy(a.value)
            copies = getattr(b.value, "values", None) or [b.value]
            for copy in copies:
                np.testing.assert_allclose(
                    keras.ops.convert_to_numpy(copy), a, rtol=1e-4, atol=1e-5
                )
