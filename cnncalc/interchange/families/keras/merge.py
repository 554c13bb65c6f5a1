"""Where branches meet in Keras.

Source: Keras 3.15, `layers/merging`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.keras_settings import brief
from cnncalc.ops import Op
from cnncalc.ops.merge import Add, Concat, Maximum, Mean, Mul, Sub
from cnncalc.ops.values import Shape, Word, show_shape

_JOINS: dict[str, type[Op] | None] = {
    "Add": Add,
    "Average": Mean,
    "Maximum": Maximum,
    "Minimum": None,
    "Multiply": Mul,
    "Subtract": Sub,
}


@keras(*_JOINS)
def joined(use: Use) -> Tensor:
    """Value by value, an axis of 1 stretched."""
    if not use.tensors:
        use.refuse("nothing flows in", code="E712")
    return join(use, _JOINS[use.kind], aligned(use))


def join(use: Use, kind: type[Op] | None, tensors: list[Tensor]) -> Tensor:
    """Some tensors of one layout, value by value; the op is None where the language has none."""
    if len({len(one.shape) for one in tensors}) > 1:
        shown = " and ".join(show_shape(one.shape) for one in tensors)
        use.refuse(f"it joins {shown}, whose ranks differ", "reshape one of them first", "E713")
    if len(tensors) == 1:
        return tensors[0]
    if kind is not None and len(tensors[0].own) <= 4:
        return use.ours(kind, *tensors)
    shape = stretched(use, [one.shape for one in tensors])
    return use.foreign(shape, *tensors, elementwise=True)


def stretched(use: Use, shapes: list[Shape]) -> Shape:
    """The shape of several of one rank whose axes of 1 are stretched."""
    sizes = [set(axis) - {1} for axis in zip(*shapes, strict=True)]
    if any(len(size) > 1 for size in sizes):
        use.refuse(f"it cannot join {' and '.join(map(show_shape, shapes))}")
    return tuple(size.pop() if size else 1 for size in sizes)


def aligned(use: Use) -> list[Tensor]:
    """All that flows in, in the layout of the first map among it."""
    first = next((one.first for one in use.tensors if len(one.shape) > 1), use.first)
    return [use.laid(one, first=first) for one in use.tensors]


@keras("Concatenate")
def concatenate(use: Use) -> Tensor:
    """`concat`."""
    return concatenated(use, use.value("axis", -1))


def concatenated(use: Use, axis: Any) -> Tensor:
    """All that flows in, along an axis of Keras."""
    if not use.tensors:
        use.refuse("nothing flows in", code="E712")
    tensors = aligned(use)
    places = {use.axis(axis, one) for one in tensors}
    if len({len(one.shape) for one in tensors}) > 1 or len(places) > 1:
        use.refuse("it joins tensors whose ranks differ")
    if len(tensors) == 1:
        return tensors[0]
    [place] = places
    word = use.axis_word(place, len(tensors[0].own))
    if word is None:
        use.refuse(f"it joins tensors of {len(tensors[0].own)} axes", code="E713")
    return use.ours(Concat, *tensors, axis=Word(word))


@keras("Dot")
def dot(use: Use) -> Tensor:
    """Sums of products along an axis of each of two tensors."""
    if len(use.tensors) != 2:
        use.refuse(f"it takes two tensors, it has {len(use.tensors)}")
    a, b = use.tensors
    axes = use.value("axes")
    both = axes if isinstance(axes, list) else [axes, axes]
    if len(both) != 2 or not all(isinstance(one, int) for one in both):
        use.refuse(f"`axes` is {brief(axes)}", code="E712")
    at = []
    for number, one in zip(both, (a, b), strict=True):
        use.axis(number, one)  # that there is one
        at.append(number % (len(one.shape) + 1) - 1)
    terms = a.shape[at[0]]
    if terms != b.shape[at[1]]:
        use.refuse(f"it cannot sum {terms} products with {b.shape[at[1]]}")
    rest = a.shape[: at[0]] + a.shape[at[0] + 1 :] + b.shape[: at[1]] + b.shape[at[1] + 1 :]
    products = (*(("products", n) for n in rest), ("terms", terms))
    return use.foreign(rest or (1,), a, b, first=a.first, products=products)
