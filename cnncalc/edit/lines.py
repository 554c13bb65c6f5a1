"""What each line of a spec comes to: the layers that it makes, added up."""

from collections.abc import Iterator, Sequence
from operator import add
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.diagnostics import Span
from cnncalc.edit.heads import Heads
from cnncalc.ops.values import Shape


def told_of_lines(summary: Summary, file: str, heads: Heads) -> Iterator[dict[str, Any]]:
    """For each line that makes layers, itself, by a call or by what stands below it, their sums.

    The shape is that which the line gives: what the last layer of each run of it gives, where all
    runs give the same, else None.
    """
    numbers = list(_numbers(summary, file, heads))
    # Layers of the same lines are added up together, and then once to each of these.
    sums: dict[frozenset[int], tuple[int, int, int]] = {}
    for here, row in zip(numbers, summary.rows, strict=True):
        layers, parameters, macs = sums.get(here, (0, 0, 0))
        cost = row.cost
        sums[here] = layers + 1, parameters + cost.weights + cost.biases, macs + cost.macs
    lines: dict[int, list[int]] = {}
    for here, counted in sums.items():
        for number in here:
            lines[number] = [*map(add, lines.get(number, (0, 0, 0)), counted)]
    given = _given(summary, numbers)
    for number in sorted(lines):
        layers, parameters, macs = lines[number]
        shapes = list(given[number])
        yield {
            "line": number,
            "layers": layers,
            "shape": shapes[0] if len(shapes) == 1 and shapes[0] else None,
            "parameters": parameters,
            "macs": macs * summary.batch,
        }


def _numbers(summary: Summary, file: str, heads: Heads) -> Iterator[frozenset[int]]:
    """The lines that make each layer; layers of the same calls share them."""
    known: dict[tuple[Span, ...], frozenset[int]] = {}
    for row in summary.rows:
        origin = row.layer.origin
        if origin not in known:
            here = [span.line for span in origin if span.file == file]
            known[origin] = frozenset(here).union(*(heads.get(one, ()) for one in here))
        yield known[origin]


def _given(summary: Summary, numbers: Sequence[frozenset[int]]) -> dict[int, dict[Shape, None]]:
    """The shapes that the runs of each line give."""
    given: dict[int, dict[Shape, None]] = {}
    before: frozenset[int] = frozenset()
    last: Shape = ()
    for here, row in zip([*numbers, frozenset()], [*summary.rows, None], strict=True):
        if here is not before:
            for number in before - here:  # what goes on in this layer has given nothing yet
                given.setdefault(number, {})[last] = None
        before, last = here, row.layer.output_shape if row else ()
    return given
