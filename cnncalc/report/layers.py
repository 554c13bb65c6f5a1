"""Layers as JSON has them, and the tables that they point into."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.analysis.explain import ends_of_recurrence, recurrences, sees
from cnncalc.analysis.field import ITSELF, Field, Fields, Views
from cnncalc.analysis.summary import Row, Summary
from cnncalc.diagnostics import Span
from cnncalc.graph import Layer
from cnncalc.report.kept import Kept
from cnncalc.report.kinds import Formulas, Kinds

Tensor = int | str
"""A layer by its number, or an input by its name."""

Place = tuple[int, int, int, int, int]
"""The number of a file, then line, column, last line and last column."""

MOST_TURNS = 64
"""Outputs that see in turns are told one by one up to so many, so that a page stays small."""


class Tables:
    """What layers have in common, each said once: kinds, formulas, fields, origins.

    Args:
        files: the names of the files that origins may be in.
        kept: what is known from the document before.
        has_bits: whether the bit operations of each kind are told.
    """

    def __init__(
        self, files: Sequence[str], kept: Kept | None = None, *, has_bits: bool = False
    ) -> None:
        self.formulas = Formulas()
        self.kept = Kept() if kept is None else kept
        self.kinds = Kinds(self.formulas, self.kept, has_bits=has_bits)
        self.files = {name: place for place, name in enumerate(files)}
        self.fields: list[Any] = []
        self.origins: dict[tuple[Place, ...], int] = {}
        self._known: dict[int, int] = {}
        self._alike: dict[str, int] = {}
        self._calls: dict[tuple[Span, ...], int] = {}

    def field(self, row: Row) -> int:
        """The number of what a layer sees."""
        known = self._known.get(id(row.views))  # rows keep their views
        if known is None:
            key = "field", *row.views.items()
            found, text = self.kept.of(key, lambda: _told_field(row))
            known = self._alike.setdefault(text, len(self.fields))
            if known == len(self.fields):
                self.fields.append(found)
            self._known[id(row.views)] = known
        return known

    def steps(self, layer: Layer, views: Mapping[str, Views]) -> list[int]:
        """The numbers of the formulas of what a layer sees."""
        ends = ends_of_recurrence(layer, views)
        if ends is None:
            return []
        key = "steps", *self.kinds.text(layer.op), layer.input_shapes, layer.output_shape, *ends
        found = self.kept.of(key, lambda: tuple(recurrences(layer, *ends)))
        return self.formulas.numbers(found)

    def origin(self, origin: tuple[Span, ...]) -> int:
        """The number of the calls that made a layer."""
        known = self._calls.get(origin)
        if known is None:
            places = tuple(self._places(origin))
            known = self._calls[origin] = self.origins.setdefault(places, len(self.origins))
        return known

    def _places(self, origin: Sequence[Span]) -> Iterator[Place]:
        for file, *place in origin:
            if file in self.files:
                line, column, end_line, end_column = place
                yield self.files[file], line, column, end_line, end_column


def _told_field(row: Row) -> tuple[Any, str]:
    """What a layer sees, and a text that equal ones have in common."""
    found = _field(row)
    return found, repr(found)


def _field(row: Row) -> Any:
    """What a layer sees of the one input, or of each by its name; None where that is not told."""
    each = {
        name: field and {**field._asdict(), **_phases(row.views[name])}
        for name, field in row.fields.items()
    }
    return each.get("input") if set(each) <= {"input"} else each


def _phases(fields: Fields | None) -> dict[str, Any]:
    """What outputs see that see in turns, which size, stride and start do not tell."""
    if fields is None or all(one.period == 1 or one.period > MOST_TURNS for one in fields):
        return {}
    return {"phases": [_turns(one) if 1 < one.period <= MOST_TURNS else None for one in fields]}


def _turns(field: Field) -> dict[str, Any]:
    spans = zip(field.first, field.last, strict=True)
    told = [None if first is None or last is None else [first, last] for first, last in spans]
    return {"advance": field.advance, "spans": told}


def views_of(summary: Summary) -> Mapping[str, Views]:
    """What every tensor sees, the inputs too."""
    inputs = summary.graph.inputs.items()
    views: dict[str, Views] = {
        name: {name: (ITSELF,) * (len(shape) - 1)} for name, shape in inputs
    }
    return views | {row.layer.name: row.views for row in summary.rows}


def teller(
    summary: Summary, tables: Tables, numbers: Mapping[str, Tensor]
) -> Callable[[Row], dict[str, Any]]:
    """What tells a layer of a summary as JSON has it.

    Args:
        summary: the network.
        tables: what its layers point into.
        numbers: the number of each layer by its name.
    """
    views = views_of(summary)
    auxiliary = {layer.name for layer in summary.graph.auxiliary}
    sights: dict[int, str | None] = {}  # by what is seen, which rows keep

    def told(row: Row) -> dict[str, Any]:
        layer = row.layer
        steps = tables.steps(layer, views)
        if id(row.views) not in sights:
            sights[id(row.views)] = sees(layer, views)
        seen = sights[id(row.views)]
        return {
            "name": layer.name,
            "kind": tables.kinds.number(row),
            "inputs": [numbers.get(name, name) for name in layer.inputs],
            "field": tables.field(row),
            **({"field_formulas": steps} if steps else {}),
            **({"sees": seen} if seen else {}),
            **({"shares": numbers[layer.shares]} if layer.shares else {}),
            "origin": tables.origin(layer.origin),
            **({"aux": True} if layer.name in auxiliary else {}),
        }

    return told
