"""Options and arguments that name a network, for every command that takes one."""

from collections.abc import Mapping

import click

from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, Value
from cnncalc.spec import Selection, build
from cnncalc.spec.document import SHAPE_HINT, read_assignment, read_shape
from cnncalc.spec.expressions import ExpressionError
from cnncalc.spec.library import find


def load_network(name: str, settings: tuple[str, ...], inputs: tuple[str, ...]) -> Graph:
    """The graph that a name, `--set` and `--input` mean together.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        BadParameter: an option is malformed.
    """
    source = find(name)
    selection = Selection(source.variant, _values(settings), _inputs(inputs))
    return build(source.text, source.file, selection)


def _values(settings: tuple[str, ...]) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"`{setting}` is not name=value", param_hint="--set")
        try:
            values[name] = read_assignment(text)
        except ExpressionError as fault:
            raise click.BadParameter(f"`{name}`: {fault}", param_hint="--set") from None
    return values


def _inputs(inputs: tuple[str, ...]) -> Mapping[str | None, Shape]:
    shapes: dict[str | None, Shape] = {}
    for text in inputs:
        label, equals, written = text.rpartition("=")
        shape = read_shape(written)
        if shape is None:
            message = f"`{written}` is not a shape: {SHAPE_HINT}"
            raise click.BadParameter(message, param_hint="--input")
        shapes[label if equals else None] = shape
    return shapes
