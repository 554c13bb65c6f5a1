"""Layers of Keras that only move, drop or repeat values.

Source: Keras 3.15, `layers/reshaping`.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

from cnncalc.interchange.families.keras.pool import flattened
from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor, turned
from cnncalc.interchange.terms.keras_settings import brief
from cnncalc.ops.reshape import Crop, Pad, Slice
from cnncalc.ops.tokens import AsMap, Tokens, Transpose
from cnncalc.ops.values import LARGEST, Shape, Word, show_shape


@keras("Flatten")
def flatten(use: Use) -> Tensor:
    """`flatten`; of what is flat already, nothing."""
    return viewed(use, use.x, (prod(use.x.shape),))


@keras("Reshape")
def reshape(use: Use) -> Tensor:
    """Another shape of the same values."""
    target = use.value("target_shape")
    return viewed(use, use.x, filled(use, use.x.shape, target))


def filled(use: Use, shape: Shape, target: Any) -> Shape:
    """A shape of which one axis may be -1, whatever is left of the values."""
    axes = target if isinstance(target, list | tuple) else [target]
    axes = [-1 if axis is None else axis for axis in axes]
    is_sound = all(
        isinstance(axis, int) and not isinstance(axis, bool) and -1 <= axis <= LARGEST
        for axis in axes
    )
    if not is_sound or axes.count(-1) > 1 or len(axes) > 8:
        use.refuse(f"its shape is {brief(target)}", code="E712")
    known, total = prod(axis for axis in axes if axis != -1), prod(shape)
    if -1 in axes and known and total % known == 0:
        axes[axes.index(-1)] = total // known
    if -1 in axes or prod(axes) != total:
        use.refuse(f"{show_shape(shape)} has {total:,} values, its shape {brief(target)} has not")
    return tuple(axes)


def viewed(use: Use, x: Tensor, shape: Shape, label: str | None = None) -> Tensor:
    """The values of a tensor, in Keras' order, as another shape."""
    if shape == x.shape:
        return x
    if len(shape) == 1 and len(x.shape) > 1:
        return flattened(use, x, label)
    if x.before is not None and x.before.shape == shape and len(x.shape) == 1:
        use.net.bypassed.add(x.place)
        return x.before
    if not x.first and len(x.shape) > 1 and len(shape) > 1 and shape[-1] == x.shape[-1]:
        if len(shape) == 2 and len(x.shape) <= 4:
            return use.ours(Tokens, x, label=label)
        if len(x.shape) == 2 and len(shape) <= 4:
            return use.ours(AsMap, x, label=label, size=shape[:-1])
    return use.foreign(shape, x, title="keras:Reshape", view=True, label=label)


@keras("Permute")
def permute(use: Use) -> Tensor:
    """Axes in another order."""
    dims, rank = use.value("dims"), len(use.x.shape)
    if not isinstance(dims, list) or sorted(map(str, dims)) != sorted(
        map(str, range(1, rank + 1))
    ):
        use.refuse(f"`dims` is {brief(dims)}, its input has {rank} axes", code="E712")
    return permuted(use, use.x, [int(one) - 1 for one in dims])


def permuted(use: Use, x: Tensor, order: Sequence[int]) -> Tensor:
    """The axes of Keras in another order; nothing where the channels only come to stand first."""
    shape, rank = tuple(x.shape[axis] for axis in order), len(x.shape)
    own = list(range(rank)) if x.first else [rank - 1, *range(rank - 1)]
    for first in (x.first, not x.first):
        if list(turned(tuple(order), first=first)) == own:
            return x._replace(shape=shape, first=first, before=None)
    if rank == 2:  # what is left is a second turn of the two
        return use.ours(Transpose, x)._replace(shape=shape, first=x.first)
    moved = [own.index(axis) for axis in turned(tuple(order), first=x.first)]
    return use.moved(x, shape, moved, first=x.first)


@keras("RepeatVector")
def repeat_vector(use: Use) -> Tensor:
    """The features at each of some positions."""
    return use.foreign((use.whole("n"), *use.x.shape), use.x)


@keras("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(use: Use) -> Tensor:
    """`pad`."""
    axes = int(use.kind[-2])
    return use.ours(Pad, use.mapped(axes), amounts=_borders(use, "padding", axes))


@keras("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(use: Use) -> Tensor:
    """`crop` of the centre; else a `slice` along each axis."""
    axes = int(use.kind[-2])
    x, borders = use.mapped(axes), _borders(use, "cropping", axes)
    size = x.own[1:]
    kept = tuple(n - a - b for n, (a, b) in zip(size, borders, strict=True))
    if min(kept) < 1:
        use.refuse(f"it crops all of {show_shape(size)} away")
    centred = [(n - k) // 2 == a for n, k, (a, _) in zip(size, kept, borders, strict=True)]
    if all(centred):
        return use.ours(Crop, x, size=kept)
    for axis, ((start, _), n, k) in enumerate(zip(borders, size, kept, strict=True), 1):
        if n != k:
            word = Word(use.axis_word(axis, axes + 1) or "")
            x = use.ours(Slice, x, label=f"{word}", start=start, stop=start + k, axis=word)
    return x


def _borders(use: Use, key: str, axes: int) -> tuple[tuple[int, int], ...]:
    """The rows before and after each axis: one number, one an axis, or a pair an axis."""
    found = use.value(key)
    if axes == 1 and isinstance(found, list) and len(found) == 2:
        found = [found]
    each = found if isinstance(found, list) else [found] * axes
    pairs = [one if isinstance(one, list) else [one, one] for one in each]
    if len(pairs) != axes or any(len(pair) != 2 for pair in pairs):
        use.refuse(f"`{key}` is {brief(found)}, for {axes} axes", code="E712")
    is_whole = all(
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= LARGEST
        for pair in pairs
        for n in pair
    )
    if not is_whole:
        use.refuse(f"`{key}` is {brief(found)}", code="E712")
    return tuple((before, after) for before, after in pairs)
