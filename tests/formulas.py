"""What the tests of formulas share: small networks, and what they count by another way."""

from collections.abc import Mapping

from cnncalc.analysis.conventions import Basis
from cnncalc.design.asked import read_names
from cnncalc.design.base import Base, graph_at, read_base
from cnncalc.design.figures import figures
from cnncalc.design.formula import Formula, find_formula
from cnncalc.diagnostics import SpecError
from cnncalc.render.polynomial import polynomial_text
from cnncalc.spec import Selection
from cnncalc.spec.library import Source, find

TINY = """
name: tiny
input: 3x32x32
vars: {width: 8, depth: 2}
layers:
  - conv3x3 width padding=1
  - repeat depth: [conv3x3 width padding=1 bias=false, bn, relu]
  - globalavgpool
  - flatten
  - fc: linear 10
"""


def base_of(text: str) -> Base:
    return read_base(Source(text, "own.yaml", None), Selection())


def bundled(name: str) -> Base:
    source = find(name)
    return read_base(source, Selection(source.variant))


def formula_in(base: Base, metric: str, *names: str, seed: int = 0) -> Formula:
    found = find_formula(base, metric, *read_names(names), seed=seed)
    assert isinstance(found, Formula), found
    return found


def text_of(formula: Formula) -> str:
    [piece] = formula.pieces
    return polynomial_text(piece.polynomial)


def counted_at(base: Base, metric: str, point: Mapping[str, int]) -> int | None:
    """What the network counts at a point: by the way of every command, not by that of formulas."""
    try:
        found = figures(graph_at(base, point), [metric], Basis())[metric]
    except SpecError:
        return None
    return min(found) if isinstance(found, tuple) else found
