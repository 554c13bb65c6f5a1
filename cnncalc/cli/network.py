"""Options and arguments that name a network, for every command that takes one."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.diagnostics import SpecError
from cnncalc.facts import MOST_AXES, bytes_text, read_shape
from cnncalc.graph import Graph
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value, show_shape

if TYPE_CHECKING:
    from cnncalc.spec import Selection
    from cnncalc.spec.library import Source

MODEL = ".onnx"
"""How the name of a model ends."""


def load_network(name: str, settings: tuple[str, ...], inputs: tuple[str, ...]) -> Graph:
    """The graph that a name, `--set` and `--input` mean together.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        BadParameter: an option is malformed.
    """
    if name.lower().rpartition(":")[0].endswith(MODEL):
        raise click.UsageError(f"a model has no variants: name it `{name.rpartition(':')[0]}`")
    if name.lower().endswith(MODEL):
        if settings:
            raise click.BadParameter("a model has no variables", param_hint="--set")
        from cnncalc.interchange.onnx.read.entry import read_onnx  # noqa: PLC0415 - only for a model

        return read_onnx(name, input_shapes(inputs))
    from cnncalc.spec import build  # noqa: PLC0415 - a model has no spec

    source, selection = chosen(name, settings, inputs)
    return build(source.text, source.file, selection)


def chosen(
    name: str, settings: tuple[str, ...], inputs: tuple[str, ...]
) -> "tuple[Source, Selection]":
    """The spec that a name means, and what is selected of it.

    Raises:
        SpecError: there is no such network.
        BadParameter: an option is malformed.
    """
    from cnncalc.spec import Selection  # noqa: PLC0415 - a model has no spec
    from cnncalc.spec.library import find  # noqa: PLC0415

    source = find(name)
    return source, Selection(source.variant, _values(settings), input_shapes(inputs))


def _values(settings: tuple[str, ...]) -> Mapping[str, Value]:
    from cnncalc.spec.document.variables import read_assignment  # noqa: PLC0415 - as above
    from cnncalc.spec.expression_syntax import ExpressionError  # noqa: PLC0415

    values: dict[str, Value] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"`{setting}` is not name=value", param_hint="--set")
        if name in values:
            raise click.BadParameter(f"`{name}` is given twice", param_hint="--set")
        try:
            values[name] = read_assignment(text)
        except ExpressionError as fault:
            raise click.BadParameter(f"`{name}`: {fault}", param_hint="--set") from None
    return values


def input_shapes(inputs: tuple[str, ...]) -> Mapping[str | None, Shape]:
    """The shapes that `--input` gives, by their labels.

    Raises:
        BadParameter: one is malformed, or given twice.
    """
    shapes: dict[str | None, Shape] = {}
    for text in inputs:
        label, equals, written = text.rpartition("=")
        shape = read_shape(written)
        if shape is None:
            from cnncalc.spec.document.definitions import SHAPE_HINT  # noqa: PLC0415 - only for a fault

            message = f"`{written}` is not a shape: {SHAPE_HINT}"
            if written.count("x") == MOST_AXES:
                message += "; leave off the batch, use `--batch`"
            raise click.BadParameter(message, param_hint="--input")
        key = label if equals else None
        if key in shapes:
            raise click.BadParameter(f"`{text}` is given twice", param_hint="--input")
        shapes[key] = shape
    return shapes


def refuse_if_too_large(
    graph: Graph, network: str, settings: tuple[str, ...], dtype: str, batch: int
) -> None:
    """Refuse a run that takes more memory than there is, naming an input that fits."""
    from cnncalc.engine import estimate  # noqa: PLC0415 - NumPy loads slowly

    def rebuild(inputs: dict[str, Shape]) -> Graph | None:
        try:
            return load_network(network, settings, shape_options(inputs))
        except SpecError:
            return None

    refused = estimate.refusal(
        graph, lambda one: estimate.needed_bytes(one, dtype, batch), rebuild
    )
    if refused is None:
        return
    message = (
        f"the run needs {bytes_text(refused.needed)} of memory, "
        f"{bytes_text(refused.available)} are available"
    )
    if refused.inputs is None:
        alone = bytes_text(refused.weights)
        raise click.UsageError(f"{message}; no smaller input fits: the weights alone take {alone}")
    fits = " ".join(f"--input {shape}" for shape in shape_options(refused.inputs))
    raise click.UsageError(f"{message}; `{fits}` fits")


def shape_options(inputs: dict[str, Shape]) -> tuple[str, ...]:
    """Inputs as `--input` takes them."""
    only = list(inputs) == ["input"]
    shapes = {name: show_shape(shape) for name, shape in inputs.items()}
    return tuple(shape if only else f"{name}={shape}" for name, shape in shapes.items())


def refuse_to_run(graph: Graph) -> None:
    """Refuse a network with a layer that NumPy cannot run: it is no op of the spec language."""
    for layer in graph.layers:
        if type(layer.op) is not OPS.get(layer.op.name) or layer.own_parameters is not None:
            named = f"`{layer.name}` ({layer.op.name})"
            raise click.UsageError(f"{named} is a layer that the NumPy engine cannot run")


def bare_network(lines: str, inputs: tuple[str, ...]) -> Graph:
    """The graph of bare layers, commas between them, on one input.

    Raises:
        SpecError: the layers have faults.
        UsageError: there is no input, or more than one.
    """
    from cnncalc.spec import Selection, build  # noqa: PLC0415 - as above

    if len(inputs) != 1:
        raise click.UsageError("-l needs one --input, such as 64x56x56")
    shape = input_shapes(inputs).get(None)
    if shape is None:
        raise click.UsageError("with -l, --input takes no label")
    layers = "".join(f"  - {line.strip()}\n" for line in _split(lines))
    text = f"name: {json.dumps(lines)}\ninput: {show_shape(shape)}\nlayers:\n{layers}"
    return build(text, "-l", Selection())


def _split(lines: str) -> list[str]:
    """The layers between the commas outside of brackets."""
    parts, depth = [""], 0
    for character in lines:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
