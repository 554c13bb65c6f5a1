"""The document of one network: what `summarize --format json --full` prints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.analysis.explain import field_formulas, sees
from cnncalc.analysis.field import ITSELF, Views
from cnncalc.analysis.summary import Row, Summary, fields_to_dict
from cnncalc.checks.finding import Checked
from cnncalc.diagnostics import Span
from cnncalc.records import Record
from cnncalc.report.claims import claims, finding_to_dict
from cnncalc.report.kinds import Formulas, Kinds, metrics_of
from cnncalc.report.memory import memory
from cnncalc.report.tree import Tree

VERSION = 2

COLUMNS = (
    "output", "receptive_field", "parameters", "weights", "biases", "buffers", "macs",
    "product_macs", "flops", "output_elements", "weight_bytes", "activation_bytes",
    "bytes_per_mac",
)  # fmt: skip
"""The metrics that every layer has, in the order of a table's columns."""

OF_THE_WHOLE = ("peak_activation_bytes", "training_bytes", "depth", "layers")
"""The metrics that a network alone has."""


class Extras(Record):
    """What is known of a network besides its summary.

    Attributes:
        files: the text of each file that its layers come from, by name.
        checked: what a check says of it, where it is a spec.
        is_inplace: as it was summarized.
    """

    files: Mapping[str, str] = {}
    checked: Checked | None = None
    is_inplace: bool = True


def network_document(summary: Summary, extras: Extras = Extras()) -> dict[str, Any]:  # noqa: B008 - frozen
    """All that is known of a network, as values that JSON has (schema version 2).

    Example:
        >>> import cnncalc
        >>> found = network_document(cnncalc.summarize(cnncalc.load("lenet5")))
        >>> found["layers"][0]["name"], found["kinds"][0]["line"], found["totals"]["macs"]
        ('c1', 'conv5x5 6', 416520)
    """
    graph = summary.graph
    formulas = Formulas()
    kinds = Kinds(summary, formulas)
    tree = Tree(summary, kinds)
    layers = _Layers(summary, kinds, tree.places, list(extras.files))
    listed = [layers.told(place, row) for place, row in enumerate(summary.rows)]
    version_1 = summary.head()
    checked = extras.checked
    return {
        "schema_version": VERSION,
        "name": graph.name,
        "source": graph.source,
        "description": graph.description,
        "variant": graph.variant,
        "input": dict(graph.inputs),
        "batch": summary.batch,
        "dtype": summary.dtype,
        "status": version_1["status"],
        "notes": summary.notes,
        "conventions": summary.footer,
        "metrics": metrics_of(COLUMNS),
        "whole": metrics_of(OF_THE_WHOLE),
        "kinds": kinds.listed,
        "fields": layers.fields,
        "origins": list(layers.origins),
        "sums": tree.sums.listed(),
        "formulas": formulas.listed(),
        "words": [{"quantity": quantity, "words": words} for quantity, words in formulas.words],
        "layers": listed,
        "tree": tree.root,
        "outputs": _outputs(summary),
        "totals": summary.totals.to_dict(),
        "last_map": summary.last_map,
        "memory": memory(summary, tree.places, is_inplace=extras.is_inplace),
        "training": summary.training and summary.training.to_dict(),
        "files": [{"name": name, "text": text} for name, text in extras.files.items()],
        "claims": list(claims(checked.claims if checked else (), summary)),
        "findings": [finding_to_dict(one) for one in (checked.findings if checked else ())],
    }


def _outputs(summary: Summary) -> dict[str, Any]:
    graph = summary.graph
    sources = {**graph.auxiliary_outputs, **graph.outputs}
    return {
        name: {"layer": sources[name], "shape": shape or None}
        for name, shape in summary.outputs.items()
    }


Origin = tuple[tuple[int, int, int, int, int], ...]


class _Layers:
    """The layers, and the tables that they point into."""

    def __init__(
        self,
        summary: Summary,
        kinds: Kinds,
        numbers: Mapping[str, int],
        files: Sequence[str],
    ) -> None:
        self.numbers = numbers
        self.kinds = kinds
        self.files = {name: place for place, name in enumerate(files)}
        self.fields: list[Any] = []
        self.known: dict[int, int] = {}
        self.alike: dict[str, int] = {}
        self.origins: dict[Origin, int] = {}
        self.views: dict[str, Views] = {
            name: {name: (ITSELF,) * (len(shape) - 1)}
            for name, shape in summary.graph.inputs.items()
        }
        self.views |= {row.layer.name: row.views for row in summary.rows}
        self.auxiliary = {layer.name for layer in summary.graph.auxiliary}

    def told(self, place: int, row: Row) -> dict[str, Any]:
        """A layer as JSON has it."""
        layer = row.layer
        steps = [self.kinds.formulas.number(one) for one in field_formulas(layer, self.views)]
        seen = sees(layer, self.views)
        origin = tuple(self._spans(layer.origin))
        return {
            "name": layer.name,
            "kind": self.kinds.of[place],
            "inputs": [self.numbers.get(name, name) for name in layer.inputs],
            "field": self._field(row),
            **({"field_formulas": steps} if steps else {}),
            **({"sees": seen} if seen else {}),
            **({"shares": self.numbers[layer.shares]} if layer.shares else {}),
            "origin": self.origins.setdefault(origin, len(self.origins)),
            **({"aux": True} if layer.name in self.auxiliary else {}),
        }

    def _field(self, row: Row) -> int:
        known = self.known.get(id(row.views))
        if known is None:
            found = fields_to_dict(row.fields)
            known = self.alike.setdefault(repr(found), len(self.fields))
            if known == len(self.fields):
                self.fields.append(found)
            self.known[id(row.views)] = known
        return known

    def _spans(self, origin: Sequence[Span]) -> Iterator[tuple[int, int, int, int, int]]:
        for file, line, column, end_line, end_column in origin:
            if file in self.files:
                yield self.files[file], line, column, end_line, end_column
