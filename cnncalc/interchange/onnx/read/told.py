"""What is known of a model besides what its file says: that of a module that is in memory."""

from collections.abc import Mapping
from math import prod
from typing import NamedTuple

from cnncalc.interchange.onnx_model.values import Value
from cnncalc.ops.values import Shape
from cnncalc.printable import printable


class Told(NamedTuple):
    """What a module says of its tensors.

    Attributes:
        parameters: the shapes of all that it trains, by their names.
        buffers: the names of what it keeps and does not train.
        is_all: whether it names every tensor that is stored; else the others are read as ever.
        shapes: the shape and element type of what nodes give.
        source: what made it, in a word and a number.
        classes: the class of each module that ran, by its scope.
        notes: what is to be said of the way it was read.
    """

    parameters: Mapping[str, Shape] = {}
    buffers: frozenset[str] = frozenset()
    is_all: bool = False
    shapes: Mapping[str, tuple[Shape, int]] = {}
    source: str = ""
    notes: tuple[str, ...] = ()
    classes: Mapping[str, str] = {}

    def tensor(self, value: Value) -> Value:
        """A stored tensor, trained where it is a parameter."""
        if value.name in self.parameters:
            return value._replace(sources=(value.name,), is_stored=True)
        if self.is_all or value.name in self.buffers:
            return value._replace(sources=(), is_stored=False)
        return value

    def unused(self, held: Mapping[str, object]) -> Mapping[str, Shape]:
        """The parameters that no layer holds."""
        return {name: shape for name, shape in self.parameters.items() if name not in held}


SHOWN = 4
"""Modules that are named."""


def noted(unused: Mapping[str, Shape]) -> tuple[str, ...]:
    """What is to be said of parameters that no layer holds."""
    if not unused:
        return ()
    number = sum(map(prod, unused.values()))
    modules = [*dict.fromkeys(name.partition(".")[0] for name in unused)]
    listed = ", ".join(f"`{printable(name)}`" for name in modules[:SHOWN])
    more = f" and {len(modules) - SHOWN} more" if len(modules) > SHOWN else ""
    return (f"{number:,} parameters that no layer uses are not counted: {listed}{more}",)
