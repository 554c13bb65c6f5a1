"""Layers of Keras that change the size of a map by looking up or interpolating values.

Source: Keras 3.15, `layers/reshaping/up_sampling*` and `layers/preprocessing/image_preprocessing`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor, turned_back
from cnncalc.ops.activation import Times
from cnncalc.ops.reshape import Crop, Upsample
from cnncalc.ops.values import Shape, Word

_WAYS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area")


@keras("UpSampling1D", "UpSampling2D", "UpSampling3D")
def up_sampling(use: Use) -> Tensor:
    """`upsample` by a factor."""
    axes = int(use.kind[-2])
    factor = use.taps("size", axes, 2)
    way = use.one_of("interpolation", use.value("interpolation", "nearest"), *_WAYS)
    x = use.mapped(axes)
    if way in {"nearest", "bilinear"}:
        return use.ours(Upsample, x, factor=factor, mode=Word(way))
    size = tuple(n * f for n, f in zip(x.own[1:], factor, strict=True))
    return _as_it_stands(use, x, size)


@keras("Resizing")
def resizing(use: Use) -> Tensor:
    """`upsample` to a size; to a smaller one, or with a border, as it stands."""
    size = (use.whole("height"), use.whole("width"))
    return resized(use, use.mapped(2), size, use.value("interpolation", "bilinear"))


def resized(use: Use, x: Tensor, size: Shape, interpolation: Any) -> Tensor:
    """A map of another size."""
    way = use.one_of("interpolation", interpolation, *_WAYS)
    framed = ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")
    is_plain = not any(use.config.get(key) for key in framed)
    is_larger = all(n <= m for n, m in zip(x.own[1:], size, strict=True))
    if is_plain and is_larger and way in {"nearest", "bilinear"}:
        return use.ours(Upsample, x, size=size, mode=Word(way))
    return _as_it_stands(use, x, size)


def _as_it_stands(use: Use, x: Tensor, size: Shape) -> Tensor:
    return use.foreign(turned_back((x.own[0], *size), first=x.first), x)


@keras("CenterCrop")
def center_crop(use: Use) -> Tensor:
    """`crop`; of a smaller map, which is made larger first, as it stands."""
    size, x = (use.whole("height"), use.whole("width")), use.mapped(2)
    if all(n >= m for n, m in zip(x.own[1:], size, strict=True)):
        return use.ours(Crop, x, size=size)
    return _as_it_stands(use, x, size)


@keras("Rescaling")
def rescaling(use: Use) -> Tensor:
    """`times`; with a term, or a factor a channel, as it stands: nothing is learned."""
    scale, offset = use.value("scale"), use.value("offset", 0.0)
    if not isinstance(scale, list | dict) and offset == 0:
        return use.ours(Times, use.x, factor=use.number("scale"))
    return use.foreign(use.x.shape, use.x, elementwise=True)
