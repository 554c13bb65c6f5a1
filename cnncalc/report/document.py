"""The document of one network: what `summarize --format json --full` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.analysis.explain import LETTERS
from cnncalc.analysis.summary import Summary
from cnncalc.checks.finding import Checked
from cnncalc.records import Record
from cnncalc.report.claims import finding_to_dict, published, stated
from cnncalc.report.kept import Kept
from cnncalc.report.kinds import metrics_of, width_of
from cnncalc.report.layers import Tables, teller
from cnncalc.report.memory import memory
from cnncalc.report.names import name_on_page
from cnncalc.report.tree import Tree

VERSION = 2

COLUMNS = (
    "output", "receptive_field", "parameters", "weights", "biases", "buffers", "macs",
    "product_macs", "flops", "output_elements", "weight_bytes", "activation_bytes",
    "bytes_per_mac",
)  # fmt: skip
"""The metrics that every layer has, in the order of a table's columns."""

_BEHIND = COLUMNS.index("flops") + 1

COLUMNS_OF_BITS = (*COLUMNS[:_BEHIND], "bops", *COLUMNS[_BEHIND:])
"""The same where values have bits of their own."""

OF_THE_WHOLE = ("peak_activation_bytes", "training_bytes", "depth", "layers")
"""The metrics that a network alone has."""


class Extras(Record):
    """What is known of a network besides its summary.

    Attributes:
        files: the text of each file that its layers come from, by name.
        checked: what a check says of it, where it is a spec.
        is_inplace: whether element-wise layers overwrite their input, as it was summarized.
        is_as_written: whether it is what its file has, and what that claims is said of it.
    """

    files: Mapping[str, str] = {}
    checked: Checked | None = None
    is_inplace: bool = True
    is_as_written: bool = True


NONE = Extras()


def network_document(
    summary: Summary, extras: Extras = NONE, kept: Kept | None = None
) -> dict[str, Any]:
    """All that is known of a network, as values that JSON has (schema version 2).

    Args:
        summary: the network.
        extras: what else is known of it.
        kept: what is known from the document before, which may serve this one.

    Example:
        >>> import cnncalc
        >>> found = network_document(cnncalc.summarize(cnncalc.load("lenet5")))
        >>> found["layers"][0]["name"], found["kinds"][0]["line"], found["totals"]["macs"]
        ('c1', 'conv5x5 6', 416520)
    """
    has_bits = summary.is_mixed
    tables = Tables(list(extras.files), kept, has_bits=has_bits)
    numbers = {row.layer.name: place for place, row in enumerate(summary.rows)}
    listed = list(map(teller(summary, tables, numbers), summary.rows))
    marks = {row.layer.name: width_of(row) for row in summary.rows} if has_bits else None
    costs = [tables.kinds.cost(row) for row in summary.rows]
    tree = Tree(summary, costs, marks, kept, has_bits=has_bits)
    return assembled(summary, extras, tables=tables, tree=tree, layers=listed)


def assembled(
    summary: Summary,
    extras: Extras,
    *,
    tables: Tables,
    tree: Tree,
    layers: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The document of a network whose layers are told already, perhaps with others among them."""
    graph, checked = summary.graph, extras.checked
    claimed = list(stated(checked.claims, extras.files)) if checked else []
    if extras.is_as_written:
        claimed += published(summary)
    formulas = tables.formulas.listed()
    return {
        "schema_version": VERSION,
        "name": graph.name,
        "source": graph.source,
        "description": graph.description,
        "variant": graph.variant,
        "input": dict(graph.inputs),
        "batch": summary.batch,
        "dtype": summary.dtype,
        "status": summary.status,
        "notes": summary.notes,
        "conventions": summary.footer,
        "letters": LETTERS,
        "metrics": metrics_of(COLUMNS_OF_BITS if tables.kinds.has_bits else COLUMNS),
        "whole": metrics_of(OF_THE_WHOLE),
        "kinds": tables.kinds.listed,
        "fields": tables.fields,
        "origins": list(tables.origins),
        "sums": tree.sums.listed(),
        "formulas": formulas,
        "words": [
            {"quantity": quantity, "words": words} for quantity, words in tables.formulas.words
        ],
        "layers": layers,
        "tree": tree.root,
        "outputs": _outputs(summary),
        **summary.sums(),
        "last_map": summary.last_map,
        "memory": memory(summary, tree.places, is_inplace=extras.is_inplace),
        "training": summary.training and summary.training.to_dict(),
        "files": [
            {"name": name_on_page(name), "text": text} for name, text in extras.files.items()
        ],
        "claims": claimed,
        "findings": [finding_to_dict(one) for one in (checked.findings if checked else ())],
    }


def _outputs(summary: Summary) -> dict[str, Any]:
    graph = summary.graph
    sources = {**graph.auxiliary_outputs, **graph.outputs}
    return {
        name: {"layer": sources[name], "shape": shape or None}
        for name, shape in summary.outputs.items()
    }
