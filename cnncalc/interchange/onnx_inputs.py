"""What flows into a model: the axes that its file gives, and those that the caller gives."""

from collections.abc import Iterator, Mapping
from typing import Any

from cnncalc.diagnostics import did_you_mean
from cnncalc.interchange.onnx_file import refuse
from cnncalc.interchange.onnx_names import clean
from cnncalc.interchange.onnx_values import check_axes
from cnncalc.ops.values import Shape, show_shape

Axes = tuple[int | str, ...]


def read_inputs(
    graph: Any, tensors: Mapping[str, Any], given: Mapping[str | None, Shape]
) -> Iterator[tuple[str, str, Shape, int]]:
    """Each input's name, label, axes with a batch of one, and element type.

    Raises:
        SpecError: an axis is left open, or what is given does not suit the model.
    """
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
    for one in inputs:
        if not one.type.HasField("tensor_type"):
            refuse("E702", f"the input `{one.name}` is no tensor")
        label = labels[one.name]
        found = given.get(one.name) or given.get(label) or given.get(None)
        shape = _shape(one.name, _axes(one), found)
        yield one.name, label, check_axes(shape, one.name), one.type.tensor_type.elem_type


def _axes(one: Any) -> Axes | None:
    """The axes that the file gives, open ones by their names; None when it gives none."""
    told = one.type.tensor_type
    if not told.HasField("shape"):
        return None
    return tuple(
        axis.dim_value
        if axis.HasField("dim_value") and axis.dim_value > 0
        else axis.dim_param or "?"
        for axis in told.shape.dim
    )


def _shape(name: str, axes: Axes | None, given: Shape | None) -> Shape:
    """The axes with a batch of one."""
    if given is not None:
        return _given(name, axes, given)
    if axes is None:
        refuse("E704", f"the file does not say the shape of `{name}`", "give it with --input")
    shape = (1, *axes[1:]) if len(axes) > 1 or axes[:1] == ("?",) else axes
    if any(isinstance(axis, str) for axis in shape):
        shown = "x".join(map(str, axes))
        hint = f"give it without the batch, as --input {_example(axes)}"
        refuse("E704", f"the file leaves axes of `{name}` open: {shown}", hint)
    return tuple(int(axis) for axis in shape)


def _example(axes: Axes) -> str:
    return "x".join(str(axis) if isinstance(axis, int) else "224" for axis in axes[1:])


def _given(name: str, axes: Axes | None, given: Shape) -> Shape:
    shape = given
    if axes is None or len(given) == len(axes) - 1:
        shape = (1, *given)
    elif len(given) != len(axes):
        wants = f"{len(axes) - 1} axes and a batch" if len(axes) > 1 else "1 axis"
        refuse("E704", f"`{name}` has {wants}, --input {show_shape(given)} does not suit it")
    elif len(given) > 1 and given[0] != 1:
        refuse("E704", f"`{name}` is given a batch of {given[0]}", "say --batch for that")
    return shape
