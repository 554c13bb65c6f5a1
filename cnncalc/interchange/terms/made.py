"""What all readers of operators share: their registry, and how a layer comes out of a node."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interchange.onnx_model.file import refuse, shown
from cnncalc.interchange.onnx_model.values import (
    NCHWC,
    RUNTIME,
    Node,
    Site,
    Value,
    check_axes,
    per_example,
)
from cnncalc.interchange.terms.onnx_ops import OnnxOp, PerItem
from cnncalc.ops import Op, make_op
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Reach
from cnncalc.ops.formula import Factors
from cnncalc.ops.values import RejectedError, Shape
from cnncalc.ops.values import Value as Setting

MOST_LETTERS = 100
"""Letters of the name of an operator that are shown."""

MOST_TAPS = 10**6
"""No kernel, stride or factor of a model is longer: what it reads could not be listed."""


class Moved(NamedTuple):
    """What a node does to its first input that computes nothing: all of it, and in this order.

    Attributes:
        order: where each axis comes from; empty where they stay.
        parts: the places that it takes along an axis, where these are not all.
    """

    order: Shape = ()
    parts: Mapping[int, range] = {}


class Made(NamedTuple):
    """A layer that a node becomes, or that it is not one.

    Attributes:
        op: what it does; None when the node hands its first input on.
        shape: its output, all axes.
        reads: the values that flow in.
        holds: the names of the tensors that it holds; None for all that its inputs come from.
        after: the layer that stands before it, when the node becomes two.
        is_open: whether its shape is not known; then that is written ().
        learns: whether what it reads of stored tensors are layers of their own.
        moved: what it does to the order of the values, if nothing else; then it has `shape`.
        packed: the shapes of tensors that it holds which the file has in another form.
    """

    op: Op | None
    shape: Shape
    reads: tuple[Value, ...]
    holds: tuple[str, ...] | None = None
    after: "Made | None" = None
    is_open: bool = False
    learns: bool = False
    moved: Moved | None = None
    packed: Mapping[str, Shape] = {}


Reader = Callable[[Site], "Made | Sequence[Made] | None"]
"""The layers of a node, one for each output; None when its shape must be inferred."""

READERS: dict[str, Reader] = {}
"""Every operator that is read, by its name in ONNX."""

CONTRIB: dict[str, Reader] = {}
"""The same of the domain of ONNX Runtime."""

BLOCKED: dict[str, Reader] = {}
"""The same of its domain for maps whose channels lie in blocks."""

_TABLES = {"": READERS, "ai.onnx": READERS, RUNTIME: CONTRIB, NCHWC: BLOCKED}

MULTIPLIES: set[str] = set()
"""What is a layer even where no input reaches it: it multiplies each time the network runs."""


def reader_of(node: Node) -> Reader | None:
    """The reader of a node's operator, or None."""
    return _TABLES.get(node.domain, {}).get(node.op_type)


def reads(
    *op_types: str, multiplies: bool = False, table: dict[str, Reader] = READERS
) -> Callable[[Reader], Reader]:
    """Register the reader of these operators, and whether they multiply."""

    def register(reader: Reader) -> Reader:
        table.update(dict.fromkeys(op_types, reader))
        MULTIPLIES.update(op_types if multiplies else ())
        return reader

    return register


def alias(site: Site) -> Made:
    """The node changes nothing that is counted."""
    return Made(None, site.x.shape, (site.x,))


def fitted(
    kind: type[Op], settings: Mapping[str, Setting], *shapes: Shape
) -> tuple[Op, Shape] | None:
    """An op of ours for inputs, or None when it does not take them."""
    try:
        return make_op(kind, settings, shapes)
    except RejectedError:
        return None


def batched(
    site: Site,
    kind: type[Op],
    settings: Mapping[str, Setting],
    holds: tuple[str, ...] | None = None,
) -> Made | None:
    """An op of ours on the first input, whose first axis is the batch.

    A batch of more than one holds parts of the one example, say its windows: the op is applied
    to each.
    """
    x = site.x
    if len(x.shape) < 2:
        return None
    made = fitted(kind, settings, x.shape[1:])
    if made is None:
        return None
    op, output = made
    if x.shape[0] != 1:
        stays = op.reach((x.shape[1:],)) == SAME_PLACE
        op = PerItem(x.shape[:1], op, SAME_PLACE if stays else UNTOLD)
    return Made(op, (x.shape[0], *output), (x,), holds)


def each_place(site: Site, kind: type[Op], settings: Mapping[str, Setting]) -> Made:
    """An element-wise op of ours on the first input, of whatever rank."""
    x = site.x
    shape = per_example(x.shape)
    over, item = shape[:-4], shape[-4:]
    made = fitted(kind, settings, item)
    if made is None:
        return foreign(site, x.shape, elementwise=True)
    return Made(PerItem(over, made[0]) if over else made[0], x.shape, (x,))


def last_axis(
    site: Site,
    kind: type[Op],
    settings: Mapping[str, Setting],
    holds: tuple[str, ...] | None = None,
) -> Made | None:
    """An op of ours on the last axis of the first input, at every place of the others."""
    x = site.x
    shape = per_example(x.shape)
    made = fitted(kind, settings, shape[-1:])
    if made is None:
        return None
    op, output = made
    full = (*x.shape[:-1], *output)
    return Made(PerItem(shape[:-1], op) if shape[1:] else op, full, (x,), holds)


def foreign(  # noqa: PLR0913 - what an operator may say
    site: Site,
    shape: Shape,
    *,
    name: str | None = None,
    terms: Factors = (),
    products: Factors = (),
    place: Reach = UNTOLD,
    elementwise: bool = False,
    view: bool = False,
    order: Shape = (),
    part: Shape = (),
    along: Shape = (),
    is_counted: bool = True,
    holds: tuple[str, ...] | None = None,
    is_open: bool = False,
) -> Made:
    """The node as it stands, for which the spec language has no op."""
    check_axes(shape, site.title)
    traits: dict[str, Any] = {"is_view": view or is_open}
    if elementwise and all(value.shape == shape for value in site.active):
        place = SAME_PLACE
        traits["is_elementwise"] = True
    title = name or f"{site.node.space}:{shown(site.node.op_type)[:MOST_LETTERS]}"
    own = () if is_open else per_example(shape)
    op = OnnxOp(
        title, own, terms=terms, products=products, place=place, order=order,
        part=part, along=along, is_counted=is_counted, traits=traits,
    )  # fmt: skip
    return Made(op, shape, site.active, holds, is_open=is_open)


def broadcast(site: Site, shapes: Sequence[Shape]) -> Shape:
    """The shape of several that are stretched to each other.

    Source: ONNX, "Broadcasting in ONNX", multidirectional.
    """
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    sizes = [set(axis) - {1} for axis in zip(*padded, strict=True)]
    if any(len(size) > 1 for size in sizes):
        both = " and ".join("x".join(map(str, shape)) for shape in shapes)
        refuse("E703", f"`{site.title}` cannot join {both}")
    return tuple(size.pop() if size else 1 for size in sizes)


def axis_of(site: Site, rank: int, default: int) -> int:
    """The attribute `axis`, counted from the first.

    Raises:
        SpecError: there is no such axis.
    """
    return real_axis(site, int(site.get("axis", default)), rank)


def real_axis(site: Site, axis: int, rank: int) -> int:
    """An axis counted from the first.

    Raises:
        SpecError: there is no such axis.
    """
    if not -rank <= axis < max(rank, 1):
        refuse("E703", f"`{site.title}` names axis {axis} of {rank}")
    return axis % rank if rank else 0


def decimal(number: float) -> float:
    """The decimal number that a single-precision one stands for."""
    return float(f"{number:.7g}")
