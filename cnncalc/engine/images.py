"""Pictures as arrays."""

import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from cnncalc.engine.arrays import ArrayError
from cnncalc.engine.base import Array
from cnncalc.files import open_regular
from cnncalc.ops.values import Shape, show_shape
from cnncalc.printable import printable

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What a picture may be, whatever its name says: others start programs, or fetch files."""

LARGEST_FILE = 64 << 20
"""Bytes of a picture's file."""

MOST_PIXELS = 25_000_000
"""Pixels of a picture that is fitted to the input; one that is of its size may have as many."""

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def read_image(path: str, shape: Shape, dtype: str, *, resize: bool) -> Array:
    """A picture as an input of a network, `1 C H W` with values from 0 to 1.

    Raises:
        ArrayError: it cannot be read, or is of another size than the input.
    """
    name = printable(path)
    if len(shape) != 3 or shape[0] not in _MODES:
        raise ArrayError(f"`{name}` is a picture, the network takes {show_shape(shape)}")
    image_module = pillow()
    channels, height, width = shape
    with _as_faults(name, image_module), open(open_regular(path), "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > LARGEST_FILE:
            raise ArrayError(f"`{name}` has {size:,} bytes, at most {LARGEST_FILE:,} are read")
        with image_module.open(stream, formats=FORMATS) as picture:
            if picture.size != (width, height):
                has = f"{channels}x{picture.height}x{picture.width}"
                if not resize:
                    told = f"`{name}` is {has}, the network takes {show_shape(shape)}"
                    raise ArrayError(f"{told}; `--resize` fits it")
                if picture.height * picture.width > max(MOST_PIXELS, height * width):
                    told = f"`{name}` is {has}, more than {MOST_PIXELS:,} pixels"
                    raise ArrayError(f"{told}: make it smaller")
            picture.load()
            shown = picture.convert(_MODES[channels])
            if shown.size != (width, height):
                shown = shown.resize((width, height), image_module.Resampling.BILINEAR)
            shown = np.asarray(shown)
    pixels = shown.astype(dtype).reshape(height, width, channels) / 255
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype)


def pillow() -> Any:
    """The module of Pillow, which is an extra.

    Raises:
        ArrayError: it is not installed.
    """
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError:
        raise ArrayError("pictures need Pillow: pip install 'cnncalc[images]'") from None
    return Image


_DAMAGED = (
    SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError,
    NotImplementedError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises for pictures that are damaged; it is nothing but Pillow that runs there."""


@contextmanager
def _as_faults(name: str, image_module: Any) -> Iterator[None]:
    """Whatever Pillow says against a file, as one line; what it only warns of stays unsaid."""
    bombs = (image_module.DecompressionBombError, image_module.DecompressionBombWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", image_module.DecompressionBombWarning)
            yield
    except image_module.UnidentifiedImageError:
        kinds = ", ".join(FORMATS)
        raise ArrayError(
            f"cannot read `{name}`: it is not an image that Pillow can read ({kinds})"
        ) from None
    except bombs:
        raise ArrayError(f"cannot read `{name}`: it has far too many pixels") from None
    except OSError as fault:
        reason = fault.strerror.lower() if fault.strerror else "the picture is damaged"
        raise ArrayError(f"cannot read `{name}`: {reason}") from None
    except _DAMAGED:
        raise ArrayError(f"cannot read `{name}`: the picture is damaged") from None
