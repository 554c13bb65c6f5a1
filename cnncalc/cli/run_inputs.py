"""What `--input` of `run` gives: shapes for the spec, pictures, arrays, typed values."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.diagnostics import did_you_mean
from cnncalc.facts import read_shape
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.engine.base import Array

Files = Mapping[str | None, str]
"""What is given of each input, by its label: the name of a file, or values in brackets."""


def split(given: tuple[str, ...]) -> tuple[tuple[str, ...], Files]:
    """The values of `--input`: shapes for the spec, and all others by the label of their input."""
    shapes: list[str] = []
    files: dict[str | None, str] = {}
    for text in given:
        label, equals, written = text.rpartition("=")
        if read_shape(written) is not None:
            shapes.append(text)
            continue
        key = label if equals else None
        if key in files:
            raise click.BadParameter(f"`{text}` is given twice", param_hint="--input")
        files[key] = written
    return tuple(shapes), files


def check_files(graph: Graph, files: Files) -> None:
    """Refuse files for inputs that the network does not have, and inputs without a file."""
    labels = list(graph.inputs)
    for label in files:
        if label is None and len(labels) > 1:
            shown = " --input ".join(f"{name}=FILE" for name in labels)
            raise click.UsageError(f"the network has several inputs: give --input {shown}")
        if label is not None and label not in labels:
            hint = (
                did_you_mean(label, labels)
                or f"it has {', '.join(f'`{printable(one)}`' for one in labels)}"
            )
            raise click.UsageError(f"the network has no input `{printable(label)}`: {hint}")
    held = {labels[0] if label is None else label for label in files}
    missing = [name for name in labels if name not in held]
    if missing:
        label = "" if missing == ["input"] else f"{missing[0]}="
        shape = show_shape(graph.inputs[missing[0]])
        message = f"missing --input {label}FILE of {shape}, or its values: a shape has none"
        raise click.UsageError(message)


def read_inputs(graph: Graph, files: Files, dtype: str, *, resize: bool) -> "dict[str, Array]":
    """The arrays of all inputs, each a batch."""
    from cnncalc.engine.images import SUFFIXES  # noqa: PLC0415 - NumPy loads slowly

    if not any(path.lower().endswith(SUFFIXES) for path in files.values()):
        options.refuse_unused(["resize"], "arrays", "only an image is resized")
    inputs = {}
    for label, path in files.items():
        name = next(iter(graph.inputs)) if label is None else label
        inputs[name] = read_values(path, graph.inputs[name], dtype, resize=resize)
    if len({len(batch) for batch in inputs.values()}) > 1:
        raise click.UsageError("the inputs hold different numbers of examples")
    return inputs


def read_values(text: str, shape: Shape, dtype: str, *, resize: bool) -> "Array":
    """A picture, an array, or values in brackets, as a batch."""
    from cnncalc.engine.arrays import read_array  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.images import SUFFIXES, read_image  # noqa: PLC0415

    if text.lstrip().startswith("["):
        return _typed(text, shape, dtype)
    if text.lower().endswith(SUFFIXES):
        return read_image(text, shape, dtype, resize=resize)
    return read_array(text, shape, dtype)


def _typed(text: str, shape: Shape, dtype: str) -> "Array":
    """Values as they are typed: with the axes of the input, or its last ones for all others."""
    import numpy as np

    from cnncalc.spec.document.variables import read_assignment  # noqa: PLC0415 - rare
    from cnncalc.spec.expression_syntax import ExpressionError  # noqa: PLC0415
    from cnncalc.spec.stated_weights import are_last, axes_of, has_numbers  # noqa: PLC0415

    try:
        value = read_assignment(text)
    except ExpressionError as fault:
        told = f"{fault.message}: values are written as [1, 2, 3]"
        raise click.BadParameter(told, param_hint="--input") from None
    axes = axes_of(value)
    wanted = show_shape(shape)
    if not has_numbers(value):
        raise click.BadParameter("values are finite numbers", param_hint="--input")
    if not are_last(axes, shape):
        has = "has lists of different lengths" if axes is None else f"is {show_shape(axes)}"
        told = f"`{text}` {has}, the network takes {wanted}, or its last axes for all others alike"
        raise click.BadParameter(told, param_hint="--input")
    return np.broadcast_to(np.array(value, dtype), (1, *shape)).copy()
