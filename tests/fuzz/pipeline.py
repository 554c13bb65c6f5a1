"""What `cnncalc check` does with one file, as far as the file can harm it.

`python -m fuzz.pipeline FILE` does it as a program of its own, which can be measured.
"""

import gc
import sys

from cnncalc.analysis.costs import layer_costs
from cnncalc.analysis.field import WorkLimit
from cnncalc.analysis.memory import peak
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.analysis.training import kept_for_backward
from cnncalc.diagnostics import Diagnostic, SpecError, sort_diagnostics
from cnncalc.graph import Graph
from cnncalc.records import Record
from cnncalc.render.diagnostic import render_diagnostics
from cnncalc.spec import TIGHT, Allowance, Bounds, Selection, parse_spec
from cnncalc.spec.expand import expand
from cnncalc.spec.library import decode, find


class Examined(Record):
    """What was found in a file.

    Attributes:
        faults: sorted, each once.
        text: the text; empty when it could not even be read.
        graphs: how many networks it gave.
        layers: how many layers they have in all.
    """

    faults: tuple[Diagnostic, ...]
    text: str
    graphs: int
    layers: int


def examine(data: bytes, file: str = "hostile.yaml", bounds: Bounds = TIGHT) -> Examined:
    """Read a file's bytes and expand, count and walk every network in it."""
    try:
        text = decode(data, file, bounds)
    except SpecError as error:
        return Examined(error.diagnostics, "", 0, 0)
    return examine_text(text, file, bounds)


def examine_text(text: str, file: str, bounds: Bounds) -> Examined:
    allowance = Allowance(bounds)
    spec, faults = parse_spec(text, file, allowance)
    limit = WorkLimit(bounds.phases)
    graphs = layers = 0
    for variant in (None, *spec.variants) if spec and spec.is_sound else ():
        graph = expand(spec, Selection(variant), faults, allowance) if spec else None
        if graph is not None:
            analyse(graph, limit)
            graphs += 1
            layers += len(graph.layers) + len(graph.auxiliary)
    return Examined(sort_diagnostics(faults), text, graphs, layers)


def analyse(graph: Graph, limit: WorkLimit) -> None:
    """Everything that is counted of a network."""
    layers = (*graph.layers, *graph.auxiliary)
    costs = layer_costs(layers)
    receptive_fields(graph, layers, limit)
    peak(graph, graph.layers, [cost.output_elements for cost in costs[: len(graph.layers)]])
    kept_for_backward(graph, graph.layers)


def main() -> int:
    """Examine the file that is named; 1 when it has faults, 2 when it cannot be read."""
    gc.disable()  # as the command does
    [file] = sys.argv[1:]
    try:
        source = find(file, TIGHT)
    except SpecError as error:
        sys.stderr.write(render_diagnostics(error.diagnostics, error.sources))
        return 2
    examined = examine_text(source.text, file, TIGHT)
    sys.stderr.write(render_diagnostics(examined.faults, {file: source.text}))
    return 1 if examined.faults else 0


if __name__ == "__main__":
    sys.exit(main())
