"""What each line of a spec comes to: the layers that it makes, added up."""

from collections.abc import Iterator, Mapping, Sequence
from operator import add

from cnncalc.analysis.costs import Cost
from cnncalc.diagnostics import Span
from cnncalc.editor.heads import Heads
from cnncalc.graph import Layer
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class LineTotal(Record):
    """What a line gives and costs, all of its rounds and calls together.

    Attributes:
        line: its number.
        layers: how many layers it makes, itself or by a call.
        shape: what the last layer of each run of it gives, where all runs give the same; else
            None.
        parameters: their trainable values.
        macs: their multiply-accumulates, of all examples of the batch.
    """

    line: int
    layers: int
    shape: Shape | None
    parameters: int
    macs: int


def totals_of_lines(
    layers: Sequence[Layer],
    costs: Sequence[Cost],
    file: str,
    *,
    heads: Heads | None = None,
    batch: int = 1,
) -> Mapping[int, LineTotal]:
    """For each line that makes layers, itself or by a call, what these come to.

    Args:
        layers: the layers in their order.
        costs: what each of them costs.
        file: the file whose lines are meant.
        heads: the lines of it that each other one stands below, where these are to be told as
            well; else the lines together come to the whole.
        batch: the number of examples.
    """
    numbers = list(_numbers(layers, file, heads or {}))
    # Layers of the same lines are added up together, and then once to each of these.
    sums: dict[frozenset[int], tuple[int, int, int]] = {}
    for here, cost in zip(numbers, costs, strict=True):
        count, parameters, macs = sums.get(here, (0, 0, 0))
        sums[here] = count + 1, parameters + cost.weights + cost.biases, macs + cost.macs
    lines: dict[int, list[int]] = {}
    for here, counted in sums.items():
        for number in here:
            lines[number] = [*map(add, lines.get(number, (0, 0, 0)), counted)]
    given = _given(layers, numbers)
    found = {}
    for number in sorted(lines):
        count, parameters, macs = lines[number]
        shapes = list(given[number])
        shape = shapes[0] if len(shapes) == 1 and shapes[0] else None
        found[number] = LineTotal(number, count, shape, parameters, macs * batch)
    return found


def _numbers(layers: Sequence[Layer], file: str, heads: Heads) -> Iterator[frozenset[int]]:
    """The lines that make each layer; layers of the same calls share them."""
    known: dict[tuple[Span, ...], frozenset[int]] = {}
    for layer in layers:
        origin = layer.origin
        if origin not in known:
            here = [span.line for span in origin if span.file == file]
            known[origin] = frozenset(here).union(*(heads.get(one, ()) for one in here))
        yield known[origin]


def _given(
    layers: Sequence[Layer], numbers: Sequence[frozenset[int]]
) -> dict[int, dict[Shape, None]]:
    """The shapes that the runs of each line give."""
    given: dict[int, dict[Shape, None]] = {}
    before: frozenset[int] = frozenset()
    last: Shape = ()
    for here, layer in zip([*numbers, frozenset()], [*layers, None], strict=True):
        if here is not before:
            for number in before - here:  # what goes on in this layer has given nothing yet
                given.setdefault(number, {})[last] = None
        before, last = here, layer.output_shape if layer else ()
    return given
