"""What flows into a Keras model: the axes that its file gives, and those that the caller gives."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.diagnostics import did_you_mean
from cnncalc.interchange.onnx.read.names import clean
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras_net import MOST_AXES, turned, turned_back
from cnncalc.ops.values import LARGEST, Shape, show_shape
from cnncalc.records import Record

Axes = tuple[int | None, ...]


class Input(Record):
    """An input as its file has it.

    Attributes:
        name: that of its layer.
        axes: as Keras has them, without the batch, open ones as None; None where it says none.
    """

    name: str
    axes: Axes | None


def read_axes(told: Any, name: str) -> tuple[Axes, int | None]:
    """The axes behind the batch, and the batch."""
    is_list = isinstance(told, list) and 0 < len(told) <= MOST_AXES + 1
    if not is_list or not all(
        axis is None or (type(axis) is int and 0 < axis <= LARGEST) for axis in told
    ):
        refuse("E712", f"the shape of the input `{name}` is none: {str(told)[:80]}")
    batch, *axes = told
    return tuple(axes), batch


def given_inputs(
    found: Sequence[Input], given: Mapping[str | None, Shape], *, first: bool
) -> dict[str, tuple[str, Shape]]:
    """For each input its label and its shape of Keras.

    Raises:
        SpecError: an axis is left open, or what is given does not suit the model.
    """
    labels = _labels(found)
    known = {*labels, *labels.values()}
    for label in given:
        if label is None and len(found) > 1:
            listed = ", ".join(f"`{one.name}`" for one in found)
            hint = "say --input NAME=SHAPE"
            refuse("E715", f"the model has {len(found)} inputs: {listed}", hint)
        if label is not None and label not in known:
            refuse("E715", f"the model has no input `{label}`", did_you_mean(label, known))
    shapes = {}
    for one in found:
        shape = given.get(one.name) or given.get(labels[one.name]) or given.get(None)
        given_axes = None if shape is None else _suited(one, shape, first=first)
        axes = one.axes if given_axes is None else given_axes
        if axes is None:
            hint = "give it without the batch, channels first, as --input 3x224x224"
            refuse("E715", "the model was never built: the file says nothing of its input", hint)
        if any(axis is None for axis in axes):
            own = turned(axes, first=first)
            shown = "x".join("?" if axis is None else str(axis) for axis in own)
            example = "x".join(str(axis or 224) for axis in own)
            label = "" if len(found) == 1 else f"{labels[one.name]}="
            hint = f"give it without the batch, channels first, as --input {label}{example}"
            refuse("E715", f"the file leaves axes of `{one.name}` open: {shown}", hint)
        shapes[one.name] = labels[one.name], tuple(axis or 0 for axis in axes)
    return shapes


def _labels(found: Sequence[Input]) -> dict[str, str]:
    if len(found) == 1:
        return {found[0].name: "input"}
    labels: dict[str, str] = {}
    for one in found:
        label, number = clean(one.name), 1
        while label in labels.values():
            number += 1
            label = f"{clean(one.name)}_{number}"
        labels[one.name] = label
    return labels


def _suited(one: Input, given: Shape, *, first: bool) -> Shape:
    """The axes of Keras that are given, channels first; the channels are those of the file."""
    if one.axes is None:
        return turned_back(given, first=first)
    own = turned(one.axes, first=first)
    if len(given) != len(own):
        shown = show_shape(given)
        refuse("E715", f"`{one.name}` has {len(own)} axes, --input {shown} does not suit it")
    if len(own) > 1 and own[0] not in {None, given[0]}:
        message = f"`{one.name}` has {own[0]} channels, --input {show_shape(given)} has {given[0]}"
        turned_given = (*given[-1:], *given[:-1])
        is_last = given[-1] == own[0]
        hint = f"the channels come first: --input {show_shape(turned_given)}" if is_last else None
        refuse("E715", message, hint)
    return turned_back(given, first=first)
