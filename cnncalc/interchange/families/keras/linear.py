"""Layers of Keras that work on the last axis.

Source: Keras 3.15, `layers/core`: `Dense`, `EinsumDense`, `Embedding`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.onnx_ops import PerItem
from cnncalc.ops.conv import Conv
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import Shape


@keras("Dense")
def dense(use: Use) -> Tensor:
    """`linear`; at each place of a map it is a `conv` of one place."""
    x, units = use.x, use.whole("units")
    settings: dict[str, Any] = {"bias": use.flag("use_bias", default=True)}
    rank = len(x.shape)
    if not rank:
        use.refuse("it works along an axis, and its input has none")
    if rank == 1 or (rank == 2 and not x.first):
        y = use.ours(Linear, x, out_features=units, **settings)
    elif rank == 2:
        y = use.ours(Linear, x, out_features=units, **settings, axis="length")
    elif rank <= 4 and not x.first:
        y = use.ours(Conv, x, out_channels=units, kernel_size=1, **settings)
    else:
        y = _last(use, use.laid(x, first=True), {"out_features": units, **settings})
    return use.activated(y)


def _last(use: Use, x: Tensor, settings: dict[str, Any]) -> Tensor:
    """`linear` of the last axis, at every place of the others."""
    op, made = use.made(Linear, (x.shape[-1:],), settings)
    return use.put(PerItem(x.shape[:-1], op), (x,), (*x.shape[:-1], *made))


@keras("EinsumDense")
def einsum_dense(use: Use) -> Tensor:
    """A product with a learned tensor along the axes that its equation names."""
    x, equation = use.x, use.value("equation")
    told = equation.replace(" ", "") if isinstance(equation, str) else ""
    read, arrow, out = told.partition("->")
    parts = read.split(",")
    if not arrow or len(parts) != 2 or len(told) > 100:
        use.refuse("its equation is not of the form `ab,bc->ac`", code="E712")
    taken, weight = parts
    rank = len(x.shape) + 1
    free = "".join(sorted(set(map(chr, range(0x100, 0x120))) - set(told)))
    if "..." in taken:
        if "..." not in out:
            use.refuse("its equation loses the axes of `...`", code="E713")
        missing = free[: max(0, rank - len(taken) + 3)]
        taken, out = taken.replace("...", missing), out.replace("...", missing)
    is_plain = len(taken) == rank and len({*taken}) == rank and taken[:1] == out[:1]
    if not is_plain or "." in f"{taken}{weight}{out}" or len({*out}) != len(out):
        use.refuse("its equation does not suit its input")
    sizes = dict(zip(taken, (1, *x.shape), strict=True))
    shape = _einsum_shape(use, sizes, out)
    if not set(weight) <= sizes.keys():
        use.refuse("its equation sums over an axis that only its weights have", code="E713")
    own: dict[str, Shape] = {"kernel": tuple(sizes[one] for one in weight)}
    bias = use.value("bias_axes", None)
    if isinstance(bias, str) and bias:
        if not set(bias) <= set(out):
            use.refuse("`bias_axes` names an axis that the output lacks", code="E712")
        first = min(out.index(one) for one in bias)
        own["bias"] = tuple(sizes[one] if one in bias else 1 for one in out[first:])
    terms = tuple((f"axis {number}", n) for number, n in enumerate(sizes.values()) if number)
    return use.activated(use.foreign(shape, x, trained=own, terms=terms))


def _einsum_shape(use: Use, sizes: dict[str, int], out: str) -> Shape:
    """The sizes of the output, of which the setting tells those that the input lacks."""
    told = use.value("output_shape")
    axes = told if isinstance(told, list | tuple) else [told]
    # What is told are the last axes, `null` where it is that of the input.
    shown = [None] * (len(out) - len(axes)) + list(axes)
    if len(shown) != len(out):
        use.refuse("`output_shape` has more axes than the equation", code="E712")
    for letter, length in zip(out, shown, strict=True):
        if (
            length is not None
            and sizes.setdefault(letter, use.whole_of("output_shape", length)) != length
        ):
            use.refuse(f"`output_shape` says {length} of an axis of {sizes[letter]}")
        if letter not in sizes:
            use.refuse("`output_shape` leaves an axis open", code="E712")
    return tuple(sizes[letter] for letter in out[1:])


@keras("Embedding")
def embedding(use: Use) -> Tensor:
    """A row of a learned table for each number that flows in: nothing is multiplied."""
    table = (use.whole("input_dim"), use.whole("output_dim"))
    shape = (*use.x.shape, table[1])
    return use.foreign(shape, use.x, first=False, trained={"embeddings": table})
