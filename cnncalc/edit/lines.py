"""What each line of a spec comes to: the layers that it makes, added up."""

from collections.abc import Iterator
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.ops.values import Shape


class _Line:
    """The layers of one line so far."""

    __slots__ = ("layers", "macs", "parameters", "shapes")

    def __init__(self) -> None:
        self.layers = self.parameters = self.macs = 0
        self.shapes: dict[Shape, None] = {}


def told_of_lines(summary: Summary, file: str) -> Iterator[dict[str, Any]]:
    """For each line that makes layers, itself or by a call, what these give and cost.

    The shape is that which the line gives: what the last layer of each run of it gives, where all
    runs give the same, else None.
    """
    lines: dict[int, _Line] = {}
    before: set[int] = set()
    last: Shape = ()
    for row in summary.rows:
        layer = row.layer
        here = {span.line for span in layer.origin if span.file == file}
        for number in here:
            line = lines.setdefault(number, _Line())
            line.layers += 1
            line.parameters += row.parameters
            line.macs += row.macs
        for number in before - here:  # what goes on in this layer has given nothing yet
            lines[number].shapes[last] = None
        before, last = here, layer.output_shape
    for number in before:
        lines[number].shapes[last] = None
    for number in sorted(lines):
        line = lines[number]
        shapes = list(line.shapes)
        yield {
            "line": number,
            "layers": line.layers,
            "shape": shapes[0] if len(shapes) == 1 and shapes[0] else None,
            "parameters": line.parameters,
            "macs": line.macs,
        }
