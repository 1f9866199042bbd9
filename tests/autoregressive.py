"""What every autoregressive model must do; tiny, so that all can be counted."""

import itertools

import keras
import numpy as np
import pytest
from scipy import stats


def all_examples(levels, data_shape):
    """Every example there is, `(len(levels) ** n, *data_shape)`."""
    rows = itertools.product(levels, repeat=int(np.prod(data_shape)))
    return np.array(list(rows), "float32").reshape(-1, *data_shape)


def probabilities(model, x, **kwargs):
    return np.exp(model.log_prob(x, **kwargs).astype("float64"))


def shaken(model, scale=0.7, seed=0):
    """The model with random weights, its biases included."""
    rng = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign(scale * rng.normal(size=variable.shape))
    return model


def earlier(shape, place):
    """Which values come before one, in the order of reading."""
    rank = np.arange(np.prod(shape)).reshape(shape)
    return rank < rank[place]


class AutoregressiveProofs:
    """Subclass, and define `make_tiny(data_shape, **kwargs)`."""

    def make_tiny(self, data_shape, **kwargs):
        raise AssertionError("the subclass makes the model")

    @pytest.fixture(scope="class")
    @classmethod
    def tiny(cls):
        return shaken(cls().make_tiny((3, 3, 1)))

    def test_probabilities_of_all_images_sum_to_one(self, tiny):
        p = probabilities(tiny, all_examples([0, 1], (3, 3, 1)))
        assert p.sum() == pytest.approx(1, abs=1e-5)
        assert p.std() > 1e-4  # not simply uniform

    @pytest.mark.parametrize("output", ["categorical", "logistic_mixture"])
    def test_probabilities_of_levels_sum_to_one(self, output):
        shape = (1, 2, 2)  # with two channels
        model = shaken(self.make_tiny(shape, output=output, num_levels=4))
        p = probabilities(model, all_examples(np.arange(4) / 3, shape))
        assert p.sum() == pytest.approx(1, abs=1e-5)

    @pytest.mark.exact
    def test_no_prediction_depends_on_a_later_value(self, tiny):
        rank = tiny.rank.ravel()
        x = all_examples([0, 1], (3, 3, 1))[[37]][0]
        for i in range(9):
            place = np.unravel_index(i, tiny.data_shape)
            seen = tiny.receptive_field(x, place).ravel()
            np.testing.assert_array_equal(seen[rank >= rank[i]], 0.0)

    @pytest.mark.exact
    def test_all_methods_draw_the_same(self, tiny):
        draws, passes = tiny.sample(
            50, seed=3, method="fixed_point", return_passes=True
        )
        assert 1 < passes.max() <= 9
        for method in {*tiny.methods} - {"auto", "fixed_point"}:
            same, all_passes = tiny.sample(
                50, seed=3, method=method, return_passes=True
            )
            np.testing.assert_array_equal(draws, same)
            assert set(all_passes) == {9}

    def test_draws_are_distributed_as_the_density_says(self):
        model = shaken(self.make_tiny((2, 2, 1)))
        images = all_examples([0, 1], (2, 2, 1))
        draws = model.sample(4000, seed=0, batch_size=1000)
        counts = frequencies(draws, images)
        assert agreement(counts, probabilities(model, images)) > 1e-3

    def test_inpainting_draws_what_is_masked(self):
        """Given the first two values, by their conditional probabilities."""
        model = shaken(self.make_tiny((2, 2, 1)))
        images = all_examples([0, 1], (2, 2, 1))
        x = np.repeat(images[[9]], 2000, axis=0)  # 1 0 / 0 1
        mask = np.zeros((2, 2, 1), bool)
        mask[1] = True
        draws = model.inpaint(x, mask, seed=0, batch_size=1000)
        np.testing.assert_array_equal(draws[:, 0], x[:, 0])
        counts = frequencies(draws, images)[8:12]
        assert counts.sum() == 2000
        assert agreement(counts, probabilities(model, images)[8:12]) > 1e-3

    def test_without_weights_it_is_what_the_biases_say(self):
        model = self.make_tiny((2, 2, 1))
        for variable in model.trainable_variables:
            variable.assign(np.zeros(variable.shape))
        *_, bias = (
            variable
            for variable in model.trainable_variables
            if variable.path.endswith("bias")
        )
        bias.assign(np.linspace(-1, 1, bias.shape[0]))
        logits = np.broadcast_to(np.array(bias), (4,))
        images = all_examples([0, 1], (2, 2, 1))
        on = stats.bernoulli(1 / (1 + np.exp(-logits)))
        expected = on.logpmf(images.reshape(-1, 4)).sum(axis=1)
        np.testing.assert_allclose(model.log_prob(images), expected, rtol=1e-5)

    def test_grey_levels_are_no_bits(self, tiny):
        grey = np.full((2, 3, 3, 1), 0.5)
        for verb in (tiny.fit, tiny.log_prob):
            with pytest.raises(ValueError, match="binarize"):
                verb(grey)

    def test_unknown_method(self, tiny):
        with pytest.raises(ValueError, match="method='quick'"):
            tiny.sample(2, method="quick")

    @pytest.mark.parametrize(
        "mask", [np.ones((3, 3, 1)), np.ones((3, 2, 1), bool)]
    )
    def test_a_mask_is_of_bools_and_fits(self, tiny, mask):
        with pytest.raises(ValueError, match="mask of bools"):
            tiny.inpaint(np.zeros((2, 3, 3, 1)), mask)

    def test_every_prediction_depends_on_the_label(self):
        """The first value's too, which sees no other."""
        model = shaken(self.make_tiny((2, 2, 1), num_classes=2), scale=0.3)
        x = keras.ops.ones((2, 2, 2, 1))
        parameters = keras.ops.convert_to_numpy(
            model.compute_parameters(x, keras.ops.array([0, 1]))
        )
        moved = np.abs(parameters[0] - parameters[1]).max(axis=-1)
        assert moved.min() > 1e-4

    def test_config_has_all_arguments(self):
        model = self.make_tiny(
            (2, 2, 1), output="categorical", num_levels=3, num_classes=2
        )
        copy = type(model).from_config(model.get_config())
        copy.set_weights(model.get_weights())
        x, y = np.ones((4, 2, 2, 1)) / 2, np.arange(4) % 2
        np.testing.assert_array_equal(copy.log_prob(x, y), model.log_prob(x, y))
        assert keras.ops.ndim(copy.sample(2, labels=1, seed=0)) == 4


def frequencies(draws, images):
    """How often each of the images is among the draws."""
    names = {row.tobytes(): i for i, row in enumerate(images)}
    found = [names[row.tobytes()] for row in draws]
    return np.bincount(found, minlength=len(images))


def agreement(counts, probabilities):
    """The p-value of a chi-square test, rare cases taken together."""
    expected = probabilities * (counts.sum() / probabilities.sum())
    order = np.argsort(expected)
    counts, expected = counts[order], expected[order]
    # The first so many, together, are expected five times at least.
    rare = np.searchsorted(np.cumsum(expected), 5)
    counts, expected = (
        np.add.reduceat(numbers, [0, *range(rare + 1, len(numbers))])
        for numbers in (counts, expected)
    )
    assert len(counts) > 1
    return stats.chisquare(counts, expected).pvalue
