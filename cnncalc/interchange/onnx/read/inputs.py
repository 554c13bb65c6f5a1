"""What flows into a model: the axes that its file gives, and those that the caller gives.

The first axis of an input is the batch, which is left out, unless the file says otherwise: by
another name, by a batch on a later axis, or by a length that another input does not share.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cnncalc.diagnostics import did_you_mean
from cnncalc.interchange.onnx.read.leading import verb, worked_along
from cnncalc.interchange.onnx.read.names import clean
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import check_axes
from cnncalc.ops.values import Shape, show_shape
from cnncalc.records import Record

Axes = tuple[int | str, ...]

_BATCH = re.compile("batch", re.IGNORECASE)
_OTHER = re.compile(
    "seq|len|time|frame|step|token|height|width|num|box|roi|point|edge", re.IGNORECASE
)
"""Names of axes that are a batch wherever they stand, and that are none even in front."""


class Input(Record):
    """An input as its file has it.

    Attributes:
        axes: open ones by their names, `?` without one; None when the file gives none.
        given: what the caller says of it.
        along: the operator that says that its first axis is no batch.
    """

    name: str
    label: str
    axes: Axes | None
    given: Shape | None
    dtype: int
    along: str = ""

    @property
    def first(self) -> int | str | None:
        """The axis in front of others."""
        return self.axes[0] if self.axes and len(self.axes) > 1 else None

    @property
    def is_whole(self) -> bool:
        """Whether the caller says all axes of it, one by one as the file has them."""
        return self.given is not None and self.first not in {None, 1} and self.given == self.axes


class Read(Record):
    """The inputs of a model.

    Attributes:
        shapes: of each its name, label, axes with a batch of one, and element type.
        axes: how long the axes are that have names.
        batch: the batch that the file fixes and that is read as one; else 1.
        notes: what is to be said of a first axis that is no batch.
    """

    shapes: tuple[tuple[str, str, Shape, int], ...]
    axes: Mapping[str, int]
    batch: int
    notes: tuple[str, ...] = ()


def read_inputs(
    graph: Any,
    tensors: Mapping[str, Any],
    given: Mapping[str | None, Shape],
    *,
    is_whole: bool = False,
) -> Read:
    """The inputs with their shapes, with `is_whole` a batch that the file fixes as it stands.

    Raises:
        SpecError: an axis is left open, or what is given does not suit the model.
    """
    inputs = _inputs(graph, tensors, given)
    several = {one.name: one.axes for one in inputs if one.axes and one.first not in {None, 1}}
    along = worked_along(graph, several, tensors) if several else {}
    inputs = [one._replace(along=along.get(one.name, "")) for one in inputs]
    fixed = _batch(inputs)
    has_none = any(one.along and one.first == fixed for one in inputs)
    batch = 1 if is_whole or has_none else fixed
    named = _named(inputs)
    shapes = {one.name: _given(one, batch) for one in inputs if one.given is not None}
    for one in inputs:
        if one.name in shapes and one.axes is not None:
            both = zip(one.axes, shapes[one.name], strict=True)
            named |= {axis: n for axis, n in both if isinstance(axis, str) and axis != "?"}
    for one in inputs:
        if one.name not in shapes:
            shapes[one.name] = _stated(one, batch, named)
    found = (
        (one.name, one.label, check_axes(shapes[one.name], one.name), one.dtype) for one in inputs
    )
    notes = [*_notes(inputs, shapes, fixed if has_none else 1)]
    if is_whole and fixed > 1:
        notes.append(f"no one example can be read of the batch of {fixed}; {_AS_IT_STANDS}")
    return Read(tuple(found), named, batch, tuple(notes))


_AS_IT_STANDS = "the figures are of the file as it stands"


def _notes(inputs: Iterable[Input], shapes: Mapping[str, Shape], fixed: int) -> Iterator[str]:
    """What is to be said of first axes that are no batch, though they look like one."""
    for one in inputs:
        if not one.along:
            continue
        if isinstance(one.first, str) and shapes[one.name][0] == 1:
            yield f"{verb(one.along)} along the open first axis of `{one.label}`, read as 1"
        elif one.first == fixed > 1:
            yield (
                f"{verb(one.along)} along the first axis of `{one.label}` ({fixed}), "
                f"which is no batch; {_AS_IT_STANDS}"
            )


def _inputs(
    graph: Any, tensors: Mapping[str, Any], given: Mapping[str | None, Shape]
) -> list[Input]:
    inputs = [one for one in graph.input if one.name not in tensors]
    if not inputs:
        refuse("E702", "the model has no input")
    labels = {one.name: "input" if len(inputs) == 1 else clean(one.name) for one in inputs}
    known = {*labels, *labels.values()}
    for label in given:
        if label is None and len(inputs) > 1:
            listed = ", ".join(f"`{name}`" for name in labels)
            refuse(
                "E704", f"the model has {len(inputs)} inputs: {listed}", "say --input NAME=SHAPE"
            )
        if label is not None and label not in known:
            refuse("E704", f"the model has no input `{label}`", did_you_mean(label, known))
    found = []
    for one in inputs:
        if not one.type.HasField("tensor_type"):
            refuse("E702", f"the input `{one.name}` is not a tensor")
        label = labels[one.name]
        shape = given.get(one.name) or given.get(label) or given.get(None)
        found.append(Input(one.name, label, _axes(one), shape, one.type.tensor_type.elem_type))
    return found


def _axes(one: Any) -> Axes | None:
    told = one.type.tensor_type
    if not told.HasField("shape"):
        return None
    return tuple(
        axis.dim_value
        if axis.HasField("dim_value") and axis.dim_value > 0
        else axis.dim_param or "?"
        for axis in told.shape.dim
    )


def _batch(inputs: Iterable[Input]) -> int:
    """The batch that the file fixes: the length in front of all inputs, else 1."""
    lengths = {one.first for one in inputs if one.first is not None}
    is_whole = any(one.is_whole for one in inputs)
    only = lengths.pop() if len(lengths) == 1 and not is_whole else 1
    return only if isinstance(only, int) else 1


def _named(inputs: Iterable[Input]) -> dict[str, int]:
    """The names of axes that are a batch, of one."""
    axes = {axis for one in inputs for axis in one.axes or () if isinstance(axis, str)}
    first = {one.first for one in inputs if isinstance(one.first, str) and _leads(one)}
    return {axis: 1 for axis in axes if axis != "?" and (axis in first or _BATCH.search(axis))}


def _leads(one: Input) -> bool:
    """Whether the first axis of an input, which the file leaves open, is the batch."""
    first, *others = one.axes or ("",)
    if not isinstance(first, str) or _BATCH.search(first):
        return True
    return not _OTHER.search(first) and not any(_BATCH.search(str(axis)) for axis in others)


def _is_batch(one: Input, batch: int) -> bool:
    """Whether the first axis of an input is a batch, or one that may be."""
    return one.first in {None, 1, batch} or (isinstance(one.first, str) and _leads(one))


def _stated(one: Input, batch: int, named: Mapping[str, int]) -> Shape:
    """The axes that the file gives, with a batch of one."""
    axes = (1,) if one.axes == (batch,) else one.axes
    if axes is None:
        refuse("E704", f"the file does not say the shape of `{one.name}`", "give it with --input")
    is_batch = _is_batch(one, batch) and (len(axes) > 1 or axes == ("?",))
    rest = (1, *axes[1:]) if is_batch else axes
    shape = tuple(named.get(axis, axis) if isinstance(axis, str) else axis for axis in rest)
    if any(isinstance(axis, str) for axis in shape):
        shown = "x".join(map(str, axes))
        say = "give it without the batch, as" if is_batch else "give it, as"
        hint = f"{say} --input {_example(shape[1:] if is_batch else shape)}"
        refuse("E704", f"the file leaves axes of `{one.name}` open: {shown}", hint)
    return tuple(int(axis) for axis in shape)


def _example(axes: Axes) -> str:
    return "x".join(str(axis) if isinstance(axis, int) else "224" for axis in axes)


def _given(one: Input, batch: int) -> Shape:
    """The axes that the caller gives, with a batch of one."""
    given, axes = one.given or (), one.axes
    if axes is None:
        return (1, *given)
    if len(given) == len(axes):
        is_batch = _is_batch(one, batch) and not one.is_whole and not one.along
        if is_batch and len(given) > 1 and given[0] != 1:
            message = f"`{one.name}` is given a batch of {given[0]}"
            refuse("E704", message, "say --batch for that")
        return given
    if len(given) != len(axes) - 1 or not _is_batch(one, batch):
        wants = f"{len(axes) - 1} axes and a batch" if len(axes) > 1 else "1 axis"
        wants = wants if _is_batch(one, batch) else f"{len(axes)} axes"
        refuse("E704", f"`{one.name}` has {wants}, --input {show_shape(given)} does not suit it")
    return (1, *given)
