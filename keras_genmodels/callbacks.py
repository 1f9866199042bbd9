"""Callbacks for `fit`."""

import pathlib

import keras

from keras_genmodels._internal.arguments import check_count
from keras_genmodels.plotting.frames import animation
from keras_genmodels.plotting.frames import check_animation
from keras_genmodels.plotting.frames import picture
from keras_genmodels.plotting.tiles import num_columns
from keras_genmodels.plotting.tiles import tile


class SampleGrid(keras.callbacks.Callback):
    """Watch a model learn: the same draws after every epoch, as images.

    Every grid is drawn from the same noise, so that what changes from one to
    the next is the model.

    Args:
        directory: Optional folder for one PNG per epoch, `epoch_0001.png` and
            so on. It is made if missing; files of earlier runs are replaced.
        num_samples: Int > 0. Images in the grid. Defaults to `16`.
        latents: Optional array `(n, latent_dim)` of codes to decode, instead
            of `num_samples` draws.
        every: Int > 0. Epochs from one grid to the next. Defaults to `1`. The
            last epoch always has one.
        gif: Optional path that ends in `.gif`, for an animation of all grids,
            written when training ends.
        fps: Float in (0, 100]. The GIF's frames per second. Defaults to `8`.
        columns: Optional int > 0. Defaults to a grid as square as can be.
        labels: Optional integer labels of shape `(num_samples,)`, for
            conditional models.
        seed: Int for the draws. Defaults to `0`.

    Raises:
        ValueError: If neither `directory` nor `gif` is given, if a number is
            not positive, or, when training begins, if the model is not one of
            images.

    Example:
        >>> grids = SampleGrid("runs/vae", every=5, gif="runs/vae.gif")
        >>> vae.fit(x_train, epochs=100, callbacks=[grids])
    """

    def __init__(
        self,
        directory=None,
        *,
        num_samples=16,
        latents=None,
        every=1,
        gif=None,
        fps=8,
        columns=None,
        labels=None,
        seed=0,
    ):
        super().__init__()
        if directory is None and gif is None:
            raise ValueError(
                "Expected `directory`, `gif` or both. Received: neither."
            )
        # All checked here, not after an epoch, when there is a run to lose.
        self.num_samples = check_count("num_samples", num_samples)
        self.every = check_count("every", every)
        num_columns(num_samples, columns)
        self.gif = None if gif is None else check_animation(gif, fps, "gif")
        self.directory = None if directory is None else pathlib.Path(directory)
        self.latents = latents
        self.fps = fps
        self.columns = columns
        self.labels = labels
        self.seed = seed
        self.frames = []

    def on_train_begin(self, logs=None):
        """Begin a new animation."""
        shape = self.model.data_shape
        if len(shape) != 3 or shape[2] not in (1, 3):
            raise ValueError(
                "Expected a model of images (height, width, channels) with 1 "
                f"or 3 channels. Received: data_shape={shape}"
            )
        self.frames = []

    def on_epoch_end(self, epoch, logs=None):
        """Draw the grid and write its PNG."""
        last = epoch + 1 == self.params["epochs"]
        if (epoch + 1) % self.every and not last:
            return
        frame = tile(self._draw(), self.columns)
        if self.directory is not None:
            self.directory.mkdir(parents=True, exist_ok=True)
            file = self.directory / f"epoch_{epoch + 1:04d}.png"
            picture(frame).save(file)
        if self.gif is not None:
            self.frames.append(frame)

    def on_train_end(self, logs=None):
        """Write the GIF."""
        if self.frames:
            animation(self.frames, self.gif, fps=self.fps)

    def _draw(self):
        # Through `self.model`, never through a model kept elsewhere: on JAX
        # this is what brings the weights up to date while `fit` runs.
        if self.latents is not None:
            return self.model.decode(self.latents, self.labels)
        options = {} if self.labels is None else {"labels": self.labels}
        return self.model.sample(self.num_samples, seed=self.seed, **options)


class BetaWarmUp(keras.callbacks.Callback):
    """Raise a VAE's `beta` epoch by epoch along a straight line.

    With a small weight at first, the KL term cannot switch off a code that the
    decoder has not yet learned to use.

    Args:
        epochs: Int >= 1, epochs until `end` is reached.
        start: Float >= 0, `beta` in the first epoch. Defaults to 0.
        end: Float >= 0, `beta` from epoch `epochs + 1` on. Defaults to 1.

    Raises:
        ValueError: If an argument is out of range or, when training begins, if
            the model has no `beta`, as an `IWAE` has none.

    Example:
        >>> vae.fit(x_train, epochs=100, callbacks=[BetaWarmUp(epochs=20)])

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349), section 3.1.
    """

    def __init__(self, epochs, start=0.0, end=1.0):
        super().__init__()
        self.epochs = check_count("epochs", epochs)
        for name, value in (("start", start), ("end", end)):
            if not 0 <= value < float("inf"):
                raise ValueError(
                    f"Expected `{name}` >= 0. Received: {name}={value}"
                )
        self.start, self.end = start, end

    def on_train_begin(self, logs=None):
        """Check that the model has what is to be changed."""
        if getattr(self.model, "beta", None) is None:
            raise ValueError(
                "Expected a model with a weight `beta` of its KL term. "
                f"Received: {type(self.model).__name__}"
            )

    def on_epoch_begin(self, epoch, logs=None):
        """Set `beta` for the epoch."""
        share = min(epoch / self.epochs, 1.0)
        self.model.beta.assign(self.start + share * (self.end - self.start))
