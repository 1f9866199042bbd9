"""A new number of draws costs no compilation, and batches change no draw."""

import keras
import numpy as np
import pytest
from tiny_models import tiny_data
from tiny_models import tiny_model

BACKEND = keras.backend.backend()
MODELS = ["MADE", "PixelCNN", "RNNMADE", "WaveNet"]


@pytest.mark.skipif(BACKEND != "jax", reason="JAX tells when it compiles")
@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_compiled_for_a_new_number(name):
    import jax

    # A shape of its own: other tests have compiled draws of theirs.
    model = tiny_model(name, (2, MODELS.index(name) + 5, 1))
    (x,) = tiny_data(model)
    mask = np.ones(x.shape[1:], "bool")
    model.sample(9)
    model.inpaint(x[:9], mask)
    compiled = []

    def listen(event, *_, **__):
        if "backend_compile" in event:
            compiled.append(event)

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        for number in (10, 11, 16):
            model.sample(number)
            model.inpaint(x[:number], mask)
        assert not compiled
        model.sample(17)
        assert compiled  # so JAX does tell
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)


@pytest.mark.parametrize("name", MODELS)
def test_a_draw_depends_on_its_seed_alone(name):
    model = tiny_model(name)
    (x,) = tiny_data(model)
    mask = np.ones(x.shape[1:], "bool")
    drawn, inpainted = (
        [verb(seed=3, batch_size=batch_size) for batch_size in (4, 30)]
        for verb in (
            lambda **kwargs: model.sample(30, **kwargs),
            lambda **kwargs: model.inpaint(x, mask, **kwargs),
        )
    )
    np.testing.assert_array_equal(*drawn)
    np.testing.assert_array_equal(*inpainted)
    # Everything masked is everything drawn.
    np.testing.assert_array_equal(drawn[0], inpainted[0])
    np.testing.assert_array_equal(model.sample(17, seed=3), drawn[0][:17])
