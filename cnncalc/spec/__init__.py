"""Text to Graph: the spec language, and where specs are found.

YAML becomes located nodes (`yaml_tree`), these a `Spec` (`document`, `bodies`), that a `Graph`
(`expansion`); `schema` tells editors of the language. What an op takes and gives is for `ops` to
say, and nothing is counted here.
"""

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.graph import Graph
from cnncalc.spec.bounds import TIGHT, WIDE, Allowance, Bounds
from cnncalc.spec.document.read import read_spec
from cnncalc.spec.expand import Selection, expand
from cnncalc.spec.syntax import Spec
from cnncalc.spec.yaml_tree import read_yaml

__all__ = [
    "TIGHT",
    "WIDE",
    "Allowance",
    "Bounds",
    "Selection",
    "Spec",
    "build",
    "network_of",
    "parse_spec",
    "read_network",
]


def parse_spec(
    text: str, file: str, allowance: Allowance | None = None
) -> tuple[Spec | None, list[Diagnostic]]:
    """The spec that a text holds, with every fault of its structure."""
    allowance = allowance or Allowance()
    faults: list[Diagnostic] = []
    root = read_yaml(text, file, faults, allowance)
    return (None if root is None else read_spec(root, file, faults, allowance)), faults


def build(text: str, file: str, selection: Selection, bounds: Bounds = WIDE) -> Graph:
    """The graph of one network of a spec.

    Raises:
        SpecError: the spec has faults; it carries all of them.
    """
    return read_network(text, file, selection, bounds)[1]


def read_network(
    text: str, file: str, selection: Selection, bounds: Bounds = WIDE
) -> tuple[Spec, Graph]:
    """A spec, and the graph of one network of it.

    Raises:
        SpecError: the spec has faults; it carries all of them.
    """
    allowance = Allowance(bounds)
    spec, faults = parse_spec(text, file, allowance)
    graph = None
    if spec is not None and spec.is_sound:
        graph = expand(spec, selection, faults, allowance)
    if spec is None or graph is None or faults:
        raise SpecError(faults, {file: text})
    return spec, graph


def network_of(spec: Spec, text: str, selection: Selection) -> Graph:
    """The graph of one network of a spec that has no faults of its own.

    Raises:
        SpecError: the network has faults; it carries all of them.
    """
    faults: list[Diagnostic] = []
    graph = expand(spec, selection, faults, Allowance())
    if graph is None or faults:
        raise SpecError(faults, {spec.file: text})
    return graph
