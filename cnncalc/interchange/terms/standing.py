"""A node that is another operator on some of its inputs: an integer form, or one of a runtime.

What stands where weights stand counts whatever its type; scales and zero points are left out.
"""

from collections.abc import Callable, Sequence
from math import prod

from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.holding import held
from cnncalc.interchange.terms.made import READERS, Made, fitted, foreign
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, PerItem
from cnncalc.ops.base import Op
from cnncalc.ops.merge import Add

_WEIGHTED = frozenset({"Conv", "ConvTranspose", "Gemm", "Linear", "MatMul"})
"""Operators whose static inputs are weights, be they numbers alone."""


def standing_for(site: Site, op_type: str, values: Sequence[Value | None]) -> Made | None:
    """The layer that the node is as another operator on these values."""
    if op_type in _WEIGHTED:
        values = [None if value is None else held(value) for value in values]
    else:  # a number alone is a setting
        values = [held(one) if one is not None and prod(one.shape) > 1 else one for one in values]
    names = tuple("" if value is None else value.name for value in values)
    node = site.node._replace(op_type=op_type, domain="", inputs=names)
    other = Site(node, tuple(values), site.opset)
    found = READERS[op_type](other)
    made = found[0] if isinstance(found, list) else found
    if not isinstance(made, Made):
        return None
    sources = (name for value in other.static for name in value.sources)
    return made._replace(holds=tuple(sources)) if made.holds is None else made


def on_places(site: Site, op_type: str, places: Sequence[int]) -> Made | None:
    """The same on some of its own inputs, by their places."""
    return standing_for(site, op_type, [site.optional(place) for place in places])


def completed(site: Site, made: Made | None, added: Value | None = None) -> Made | None:
    """The layer; then what is added to it, and the activation that the node says."""
    if made is not None and added is not None:
        shape = added.example
        both = fitted(Add, {}, shape, shape) if added.shape == made.shape else None
        made = Made(both[0], made.shape, (added, added), (), made) if both else None
    name = site.get("activation")
    return made if made is None or not name else _activated(site, made, name)


def _activated(site: Site, made: Made, name: str) -> Made:
    """The activation that follows a layer."""
    given = Value("", made.shape, site.x.dtype, layer=site.x.layer)
    alpha = tuple(site.get("activation_params") or ())[:1]
    settings = {"alpha": alpha[0]} if alpha and name == "LeakyRelu" else {}
    node = site.node._replace(op_type=name, domain="", inputs=("x",), attributes=settings)
    after = Site(node, (given,), site.opset)
    reader = READERS.get(name) if name not in {"Clip", "HardSigmoid"} else None
    found = reader(after) if reader else None
    one = found if isinstance(found, Made) else foreign(after, made.shape, elementwise=True)
    return one._replace(after=made, holds=())


def channels_last(site: Site, read: Callable[[Site], Made | None]) -> Made | None:
    """The layer of a map whose channels stand last, by what it is where they stand second."""
    x = site.x
    if len(x.shape) < 3:
        return None
    first = x._replace(shape=(x.shape[0], x.shape[-1], *x.shape[1:-1]))
    made = read(site._replace(values=(first, *site.values[1:])))
    if made is None or made.op is None or made.after is not None or len(made.shape) < 2:
        return None
    items, channels, *size = made.shape
    return made._replace(op=_turned(made.op), shape=(items, *size, channels), reads=(x,))


def _turned(op: Op) -> Op:
    """An op of one example, or of each of several, with the channels last."""
    return (
        PerItem(op.over, ChannelsLast(op.op), op.place)
        if isinstance(op, PerItem)
        else ChannelsLast(op)
    )
