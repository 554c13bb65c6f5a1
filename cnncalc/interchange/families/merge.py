"""Branches that meet.

Source: ONNX operators Add, Mul, opset 14, Sum, Concat, opset 13, and their kin.
"""

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value, per_example
from cnncalc.interchange.terms.call import JOINS, Join, join
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import (
    Made,
    alias,
    axis_of,
    broadcast,
    decimal,
    each_place,
    fitted,
    foreign,
    reads,
)
from cnncalc.interchange.terms.onnx_ops import PerItem
from cnncalc.interchange.terms.row import plain
from cnncalc.ops import Op
from cnncalc.ops.activation import MOST, Scale, Times
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.merge import Add, Concat, Div, Maximum, Mean, Mul, Sub, place_of
from cnncalc.ops.values import Shape, Word

JOINS[Add] = lambda _op, _layer: Join("", " + ", "")
JOINS[Mul] = lambda _op, _layer: Join("", " * ", "")
JOINS[Sub] = lambda _op, _layer: Join("", " - ", "")
JOINS[Maximum] = lambda _op, _layer: Join("largest(", ", ", ")", "largest")
JOINS[Mean] = lambda _op, layer: Join("(", " + ", f") / {len(layer.inputs)}")
plain(Sub, "Sub", None)


@join(Div)
def div_to_torch(op: Div, _layer: Layer) -> Join:
    """Source: PyTorch `torch.div`."""
    return Join("", " / (", f" + {op.eps!r})") if op.eps else Join("", " / ", "")


@writes(Div)
def div_to_onnx(op: Div, draft: Draft) -> str:
    """Div, with what is added to the second input before it."""
    first, second = draft.inputs
    if op.eps:
        second = draft.node("Add", second, draft.scalar(op.eps))
    return draft.node("Div", first, second)


plain(Maximum, "Max", None)
plain(Mean, "Mean", None)


@join(Concat)
def concat_to_torch(op: Concat, layer: Layer) -> Join:
    """Source: PyTorch `torch.cat`."""
    return Join(
        "torch.cat([", ", ", f"], dim={1 + place_of('concat', op.axis, layer.output_shape)})"
    )


@writes(Concat)
def concat_to_onnx(op: Concat, draft: Draft) -> str:
    """Concat. Source: ONNX operator Concat, opset 13."""
    axis = 1 + place_of("concat", op.axis, draft.output)
    return draft.node("Concat", *draft.inputs, axis=axis)


@writes(Add)
def add_to_onnx(_op: Add, draft: Draft) -> str:
    """Add for two branches; Sum takes any number."""
    return draft.node("Add" if len(draft.inputs) == 2 else "Sum", *draft.inputs)


@writes(Mul)
def mul_to_onnx(_op: Mul, draft: Draft) -> str:
    """Mul, once for every branch beyond the first."""
    if len(draft.inputs) == 1:
        return draft.node("Identity", *draft.inputs)
    return reduce(lambda product, branch: draft.node("Mul", product, branch), draft.inputs)


# ONNX in

_OURS: dict[str, type[Op]] = {
    "Add": Add, "Sum": Add, "Mul": Mul, "Sub": Sub, "Div": Div, "Max": Maximum, "Mean": Mean,
}  # fmt: skip


@reads(
    "Add", "Sum", "Mul", "Sub", "Div", "Pow", "Mod", "Min", "Max", "Mean", "And", "Or", "Xor",
    "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Where", "BitShift",
    "BitwiseAnd", "BitwiseOr", "BitwiseXor",
)  # fmt: skip
def elementwise_from_onnx(site: Site) -> Made:
    """`add`, `mul` and their kin of several layers; `scale` by what is learned; else as it is."""
    values = [value for value in site.values if value is not None]
    shape = broadcast(site, [value.shape for value in values])
    if len(values) == 2 and site.active and shape == site.active[0].shape and _is_neutral(site):
        return Made(None, shape, site.active)
    kind = _OURS.get(site.node.op_type)
    if kind and len(values) > 1 and len(site.active) == len(values):
        shapes = [per_example(value.shape) for value in values]
        made = fitted(kind, {}, *shapes) if len(set(map(len, shapes))) == 1 else None
        if made and made[1] == per_example(shape):
            return Made(made[0], shape, tuple(values))
    if len(values) == 2 and len(site.active) == 1 and shape == site.active[0].shape:
        factor = _constant_factor(site)
        if factor is not None:
            only = site._replace(values=site.active)  # the number may stand on either side
            return each_place(only, Times, {"factor": factor})
    if kind is Mul and len(site.active) == 1 and len(site.static) == 1:
        scaled = _scaled(site, site.active[0], site.static[0])
        if scaled:
            return scaled
    learned = _with_learned(site, kind, values, shape) if kind else None
    return learned or foreign(site, shape, elementwise=True)


def _with_learned(
    site: Site, kind: type[Op], values: Sequence[Value], shape: Shape, **settings: Any
) -> Made | None:
    """An op of ours on layers and on what is learned; None where it takes no such inputs."""
    rank = len(shape)
    full = [one._replace(shape=(1,) * (rank - len(one.shape)) + one.shape) for one in values]
    known = all(value.sources if value.is_static else value.shape for value in values)
    if not known or not site.active or rank < 2 or {one.shape[0] for one in full} != {1}:
        return None
    made = fitted(kind, settings, *(one.shape[1:] for one in full))
    if made is None or made[1] != shape[1:] or any(len(one.shape) > 5 for one in full):
        return None
    return Made(made[0], shape, tuple(full), learns=True)


_NEUTRAL = {"Add": 0.0, "Sum": 0.0, "Sub": 0.0, "Mul": 1.0, "Div": 1.0, "Pow": 1.0}
"""What changes nothing where it stands on the right; in a sum or product on either side."""


def _is_neutral(site: Site) -> bool:
    """Whether a known constant leaves the other input as it is: a sum that starts at 0."""
    wanted = _NEUTRAL.get(site.node.op_type)
    found = site.values[0 if site.node.op_type in {"Add", "Sum", "Mul"} else 1 : 2]
    constants = [one for one in found if one is not None and one.is_static and not one.sources]
    return wanted is not None and any(
        (told := one.numbers) and all(number == wanted for number in told) for one in constants
    )


def _constant_factor(site: Site) -> float | None:
    """The one known number, which is not learned, that the other input is multiplied by."""
    operator, right = site.node.op_type, site.values[1]
    one = right if right is not None and right.is_static else site.values[0]
    if one is None or one.sources or prod(one.shape) != 1 or not one.numbers:
        return None
    if isinstance(
        one.numbers[0], str | complex
    ):  # no such number: a damaged file has it all the same
        return None
    number = float(one.numbers[0])
    if operator == "Div" and one is right and number:
        number = 1 / number
    elif operator != "Mul":
        return None
    return decimal(number) if abs(number) <= MOST else None


def _scaled(site: Site, x: Value, factor: Value) -> Made | None:
    """One learned factor for each channel, of a map or of every token."""
    if not factor.sources or len(factor.shape) > len(x.shape) or prod(factor.shape) < 2:
        return None
    padded = (1,) * (len(x.shape) - len(factor.shape)) + factor.shape
    long = [axis for axis, length in enumerate(padded) if length > 1]
    shape = per_example(x.shape)
    first = len(x.shape) - len(shape)
    if len(long) != 1 or padded[long[0]] != x.shape[long[0]]:
        return None
    if long[0] == first:
        made = fitted(Scale, {}, shape)
        return Made(made[0], x.shape, (x,)) if made else None
    if long[0] == len(x.shape) - 1:
        made = fitted(Scale, {}, shape[-1:])
        return Made(PerItem(shape[:-1], made[0]), x.shape, (x,)) if made else None
    return None


@reads("Concat")
def concat_from_onnx(site: Site) -> Made:
    """`concat` of the channels; along another axis, or with a learned part, as it stands."""
    values = [value for value in site.values if value is not None]
    if len(values) == 1:
        return alias(site)
    rank = len(site.x.shape)
    axis = axis_of(site, rank, 1)
    rests = {(*value.shape[:axis], *value.shape[axis + 1 :]) for value in values}
    if len(rests) > 1 or {len(value.shape) for value in values} != {rank} or not rank:
        shown = " and ".join("x".join(map(str, value.shape)) for value in values[:4])
        refuse("E703", f"`{site.title}` cannot join {shown} along axis {axis}")
    total = sum(value.shape[axis] for value in values)
    shape = (*values[0].shape[:axis], total, *values[0].shape[axis + 1 :])
    named = axis_name(rank, axis)
    if named is not None:
        joined = _with_learned(site, Concat, values, shape, axis=Word(named))
        if joined:
            return joined
    return foreign(site, shape)


def axis_name(rank: int, axis: int) -> str | None:
    """What an axis of a tensor of a model is called in a spec; None for the batch."""
    names = AXIS_NAMES.get(rank - 1, ())
    if not 0 < axis <= len(names):
        return None
    return "channels" if axis == 1 else names[axis - 1]


@reads("Stack")
def stack_from_onnx(site: Site) -> Made:
    """Tensors side by side along a new axis, as a list of them is joined."""
    shape = broadcast(site, [value.shape for value in site.known])
    axis = axis_of(site, len(shape) + 1, 0)
    return foreign(site, (*shape[:axis], len(site.values), *shape[axis:]))
