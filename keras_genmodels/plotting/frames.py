"""Frames in a row: an animated GIF."""

import io
import pathlib

import matplotlib.figure
import numpy as np
import PIL.Image


def animation(frames, path, *, fps=8):
    """Write an animated GIF that repeats for ever.

    Args:
        frames: Sequence of Matplotlib figures, or of images `(height, width)`
            or `(height, width, channels)` with 1 or 3 channels in [0, 1], all
            of one size; an array `(n, height, width, channels)` is one. Small
            images are enlarged, to about 256 pixels.
        path: Where to write, ending in `.gif`. Missing folders are made.
        fps: Float in (0, 100]. Frames per second; GIF rounds the time of a
            frame to a hundredth of a second. Defaults to `8`.

    Returns:
        The path, as a `pathlib.Path`.

    Raises:
        ValueError: If there is no frame, frames differ in size or have
            another shape, or `path` or `fps` is not as expected.
    """
    path = check_animation(path, fps)
    pictures = [picture(frame) for frame in frames]
    sizes = {p.size for p in pictures}
    if len(sizes) != 1:
        raise ValueError(
            "Expected one or more frames of one size. "
            f"Received: {len(pictures)} frames of sizes {sorted(sizes)}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures[0].save(
        path,
        save_all=True,
        append_images=pictures[1:],
        duration=round(100 / fps) * 10,  # milliseconds
        loop=0,
    )
    return path


def check_animation(path, fps, name="path"):
    """The path as a `pathlib.Path`, if a GIF can be written with these.

    Raises:
        ValueError: If the path does not end in `.gif`, or `fps` is not in
            (0, 100].
    """
    path = pathlib.Path(path)
    if path.suffix.lower() != ".gif":
        raise ValueError(
            f"Expected `{name}` to end in '.gif'. "
            f"Received: {name}={str(path)!r}"
        )
    if not 0 < fps <= 100:
        raise ValueError(
            f"Expected `fps` to be in (0, 100]. Received: fps={fps}"
        )
    return path


def picture(frame):
    """A frame as a Pillow image.

    Args:
        frame: Matplotlib figure, or image in [0, 1] of shape
            `(height, width)` or `(height, width, channels)`.

    Returns:
        A Pillow image in mode `L` or `RGB`, at least 256 pixels in its longer
        side or nearly so.

    Raises:
        ValueError: If an array has another shape.
    """
    if isinstance(frame, matplotlib.figure.Figure):
        buffer = io.BytesIO()
        frame.savefig(buffer, format="png")
        return PIL.Image.open(buffer).convert("RGB")
    image = np.asarray(frame)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    is_image = image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)
    if not is_image or image.size == 0:
        raise ValueError(
            "Expected an image of shape (height, width), (height, width, 1) or "
            f"(height, width, 3). Received: shape={np.shape(frame)}"
        )
    scale = max(1, 256 // max(image.shape[:2]))
    image = np.repeat(np.repeat(image, scale, axis=0), scale, axis=1)
    return PIL.Image.fromarray(np.rint(np.clip(image, 0, 1) * 255).astype("u1"))
