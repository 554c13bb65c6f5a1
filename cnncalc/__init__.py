"""Exact shapes, parameters and MACs of convolutional networks, read from YAML specs.

Example:
    >>> graph = load("resnet:50")
    >>> summarize(graph).totals.macs
    4089184256
"""

from os import PathLike, fspath

from cnncalc.analysis.summary import Row as Row
from cnncalc.analysis.summary import Summary as Summary
from cnncalc.analysis.summary import Totals as Totals
from cnncalc.analysis.summary import summarize as summarize
from cnncalc.diagnostics import Diagnostic as Diagnostic
from cnncalc.diagnostics import SpecError as SpecError
from cnncalc.graph import Graph as Graph
from cnncalc.graph import Layer as Layer
from cnncalc.ops.values import Value, Word
from cnncalc.spec import Selection, build
from cnncalc.spec.library import find


def load(
    path_or_name: str | PathLike[str],
    variant: str | int | None = None,
    **vars: object,  # noqa: A002 - the spec's own word
) -> Graph:
    """Read a network from a file, or by the name of a bundled one.

    Args:
        path_or_name: `my/net.yaml`, `alexnet`, `vgg:16`, `vgg16`, or `-` for standard input.
        variant: the variant of the spec, when the name does not say it.
        **vars: values for variables of the spec, in place of its own.

    Raises:
        SpecError: there is no such network, or its spec has faults; it carries all of them.
        TypeError: a value that no variable can hold.
    """
    source = find(fspath(path_or_name))
    chosen = source.variant if variant is None else str(variant)
    values = {name: _value(value) for name, value in vars.items()}
    return build(source.text, source.file, Selection(chosen, values))


def parse(text: str, variant: str | int | None = None, **vars: object) -> Graph:  # noqa: A002 - as above
    """Read a network from the text of a spec.

    Raises:
        SpecError: the spec has faults; it carries all of them.
        TypeError: a value that no variable can hold.

    Example:
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> [layer.output_shape for layer in graph.layers]
        [(4, 6, 6), (4, 6, 6)]
    """
    values = {name: _value(value) for name, value in vars.items()}
    return build(text, "<text>", Selection(None if variant is None else str(variant), values))


def _value(value: object) -> Value:
    """A Python value as a variable of the spec language holds it."""
    if isinstance(value, str):
        return Word(value)
    if isinstance(value, list | tuple):
        return tuple(map(_value, value))
    if isinstance(value, bool | int | float):
        return value
    raise TypeError(f"a variable holds numbers, booleans, words and lists, not {value!r}")
