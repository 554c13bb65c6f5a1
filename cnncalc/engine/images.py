"""Pictures as arrays, and arrays as pictures."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from cnncalc.engine.arrays import ArrayError
from cnncalc.engine.base import Array
from cnncalc.files import open_regular
from cnncalc.ops.values import Shape, show_shape

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
GAP = 4
"""White pixels between pictures that stand side by side."""

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def read_image(path: str, shape: Shape, dtype: str, *, resize: bool) -> Array:
    """A picture as an input of a network, `1 C H W` with values from 0 to 1.

    Raises:
        ArrayError: it cannot be read, or is of another size than the input.
    """
    if len(shape) != 3 or shape[0] not in _MODES:
        raise ArrayError(f"`{path}` is a picture, the network takes {show_shape(shape)}")
    image_module = _pillow()
    channels, height, width = shape
    try:
        with open(open_regular(path), "rb") as stream, image_module.open(stream) as opened:
            picture = opened.convert(_MODES[channels])
    except OSError as fault:
        reason = fault.strerror.lower() if fault.strerror else "it is no picture that Pillow knows"
        raise ArrayError(f"cannot read `{path}`: {reason}") from None
    if picture.size != (width, height):
        if not resize:
            has = f"{channels}x{picture.height}x{picture.width}"
            raise ArrayError(
                f"`{path}` is {has}, the network takes {show_shape(shape)}; `--resize` fits it"
            )
        picture = picture.resize((width, height), image_module.Resampling.BILINEAR)
    pixels = np.asarray(picture, dtype).reshape(height, width, channels) / 255
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype)


def png(maps: Sequence[Array]) -> bytes:
    """Maps `C H W` side by side as the bytes of a PNG file; values from 0 to 1, others cut off.

    A map of one or three channels is one picture, of any other number one for each channel.
    """
    pictures: list[Any] = []
    for each in maps:
        parts = [each] if len(each) in {1, 3} else list(each[:, None])
        pictures += [np.broadcast_to(part, (3, *part.shape[1:])) for part in parts]
    height = max(picture.shape[1] for picture in pictures)
    width = sum(picture.shape[2] + GAP for picture in pictures) - GAP
    page = np.ones((3, height, width))
    left = 0
    for picture in pictures:
        page[:, : picture.shape[1], left : left + picture.shape[2]] = picture
        left += picture.shape[2] + GAP
    pixels = (np.clip(page, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    stream = io.BytesIO()
    _pillow().fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG")
    return stream.getvalue()


def _pillow() -> Any:
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise ArrayError("pictures need Pillow: pip install 'cnncalc[images]'") from None
    return Image
