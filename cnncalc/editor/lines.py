"""What each line of a spec comes to: the layers that it makes, added up."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from cnncalc.graph import Layer
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class Counted(Protocol):
    """What is counted of a layer."""

    @property
    def parameters(self) -> int:
        """Its trainable values."""

    @property
    def macs(self) -> int:
        """Its multiply-accumulates."""


class LineTotal(Record):
    """What a line gives and costs, all of its rounds and calls together.

    Attributes:
        line: its number.
        layers: how many layers it makes, itself or by a call.
        shape: what the last layer of each run of it gives, where all runs give the same; else
            None.
        parameters: their trainable values.
        macs: their multiply-accumulates.
    """

    line: int
    layers: int
    shape: Shape | None
    parameters: int
    macs: int


class _Line:
    """The layers of one line so far."""

    __slots__ = ("layers", "macs", "parameters", "shapes")

    def __init__(self) -> None:
        self.layers = self.parameters = self.macs = 0
        self.shapes: dict[Shape, None] = {}


def totals_of_lines(
    counted: Iterable[tuple[Layer, Counted]], file: str
) -> Mapping[int, LineTotal]:
    """For each line of a file that makes layers, itself or by a call, what these come to.

    Args:
        counted: the layers in their order, with their counts.
        file: the file whose lines are meant.
    """
    lines: dict[int, _Line] = {}
    before: set[int] = set()
    last: Shape = ()
    for layer, cost in counted:
        here = {span.line for span in layer.origin if span.file == file}
        for number in here:
            line = lines.setdefault(number, _Line())
            line.layers += 1
            line.parameters += cost.parameters
            line.macs += cost.macs
        for number in before - here:  # what goes on in this layer has given nothing yet
            lines[number].shapes[last] = None
        before, last = here, layer.output_shape
    for number in before:
        lines[number].shapes[last] = None
    found = {}
    for number in sorted(lines):
        line = lines[number]
        shapes = list(line.shapes)
        shape = shapes[0] if len(shapes) == 1 and shapes[0] else None
        found[number] = LineTotal(number, line.layers, shape, line.parameters, line.macs)
    return found
