"""How training went."""

from matplotlib.ticker import MaxNLocator

from keras_genmodels.plotting.notebook_figure import NotebookFigure


def history(history):
    """The logs of `fit` against the epoch, one panel for each quantity.

    Args:
        history: What `fit` returned (`keras.callbacks.History`), or a dict
            from names to one value per epoch. A name `val_...` is drawn into
            the panel of the name without it.

    Returns:
        A Matplotlib figure. The first panel is the loss, where there is one.

    Raises:
        ValueError: If there is nothing to draw.

    Example:
        >>> history(vae.fit(x_train, epochs=10, validation_data=(x_test,)))
    """
    logs = getattr(history, "history", history)
    names = {name.removeprefix("val_") for name in logs}
    names = sorted(names, key=lambda name: (name != "loss", name))
    if not any(len(values) for values in logs.values()):
        raise ValueError(
            "Expected a history of at least one epoch. "
            f"Received: {dict(logs)!r}"
        )
    figure = NotebookFigure(figsize=(3.5 * len(names), 3))
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        for key, what in ((name, "training"), (f"val_{name}", "validation")):
            values = logs.get(key, ())
            if len(values) == 0:
                continue
            epochs = range(1, len(values) + 1)
            # A single epoch has no line: show the point.
            marker = "o" if len(values) == 1 else None
            axes.plot(epochs, values, label=what, marker=marker)
        axes.set(title=name, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
    panels[0].legend()
    return figure
