"""PixelRNN: what its two recurrences see, and its contract."""

import numpy as np
import pytest
from autoregressive import AutoregressiveProofs
from autoregressive import earlier
from contract import ModelContract

import keras_genmodels as kgm


class TestContract(ModelContract):
    density, density_draws = "log_prob", False

    def make_model(self, **kwargs):
        return kgm.PixelRNN.from_shape(
            (2, 3, 1), filters=4, num_blocks=1, num_classes=3, **kwargs
        )

    def make_data(self, num_rows):
        rng = np.random.default_rng(0)
        return rng.integers(0, 2, (num_rows, 2, 3, 1)).astype("float32")

    def make_labels(self, num_rows):
        return np.arange(num_rows) % 3


class TestDiagonal(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.PixelRNN.from_shape(
            data_shape, filters=4, num_blocks=1, kernel_size=3, **kwargs
        )


class TestRow(AutoregressiveProofs):
    def make_tiny(self, data_shape, **kwargs):
        return kgm.PixelRNN.from_shape(
            data_shape,
            filters=4,
            num_blocks=1,
            kernel_size=3,
            recurrence="row",
            **kwargs,
        )


def test_diagonals_see_everything_and_rows_a_triangle():
    shape = (5, 7, 1)
    options = {"num_blocks": 1, "kernel_size": 3, "filters": 8}
    x = np.zeros(shape)
    diagonal = kgm.PixelRNN.from_shape(shape, **options)
    for place in [(3, 0, 0), (3, 3, 0), (4, 6, 0)]:
        seen = diagonal.receptive_field(x, place) > 0
        np.testing.assert_array_equal(seen, earlier(shape, place))
    row = kgm.PixelRNN.from_shape(shape, recurrence="row", **options)
    missed = earlier(shape, (3, 3, 0))
    missed &= ~(row.receptive_field(x, (3, 3, 0)) > 0)
    # Two to the left in its own row; one to the right in the row above, and one
    # more with each further row.
    expected = {(3, 0), (2, 5), (2, 6), (1, 6)}
    assert set(zip(*np.nonzero(missed[..., 0]), strict=True)) == expected


@pytest.mark.parametrize("recurrence", ["diagonal", "row"])
def test_colours_of_a_pixel_follow_each_other(recurrence):
    shape = (2, 2, 3)
    model = kgm.PixelRNN.from_shape(
        shape, num_blocks=1, filters=24, kernel_size=3, recurrence=recurrence
    )
    x = np.zeros(shape)
    for place in np.ndindex(shape):
        seen = model.receptive_field(x, place) > 0
        np.testing.assert_array_equal(seen, earlier(shape, place))


def test_unknown_recurrence():
    with pytest.raises(ValueError, match="recurrence='column'"):
        kgm.PixelRNN.from_shape((2, 2, 1), recurrence="column")
