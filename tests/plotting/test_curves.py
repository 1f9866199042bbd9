"""Curves of the logs of `fit`."""

import keras
import pytest

from keras_genmodels.plotting import history

LOGS = {
    "kl": [1.0, 2.0, 3.0],
    "loss": [5.0, 4.0, 3.0],
    "val_loss": [6.0, 5.0, 5.5],
}


def test_one_panel_for_each_quantity(render):
    figure = history(LOGS)
    assert [axes.get_title() for axes in figure.axes] == ["loss", "kl"]
    loss, kl = figure.axes
    lines = {line.get_label(): line for line in loss.lines}
    assert list(lines["training"].get_ydata()) == LOGS["loss"]
    assert list(lines["validation"].get_ydata()) == LOGS["val_loss"]
    assert list(lines["training"].get_xdata()) == [1, 2, 3]
    assert [line.get_label() for line in kl.lines] == ["training"]
    texts = [text.get_text() for text in loss.get_legend().get_texts()]
    assert texts == ["training", "validation"]
    assert render(figure).min() < 255


def test_keras_history():
    callback = keras.callbacks.History()
    callback.history = LOGS
    lines = history(callback).axes[0].lines
    assert list(lines[0].get_ydata()) == LOGS["loss"]


def test_a_single_epoch_is_visible():
    (line,) = history({"loss": [1.0]}).axes[0].lines
    assert line.get_marker() == "o"


@pytest.mark.parametrize("empty", [{}, {"loss": []}])
def test_nothing_to_draw(empty):
    with pytest.raises(ValueError, match="at least one epoch.*Received"):
        history(empty)
