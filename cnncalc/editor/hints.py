"""What is shown at the end of lines and above them: what they give and cost."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.analysis.costs import Cost
from cnncalc.diagnostics import Span
from cnncalc.editor.document import Document
from cnncalc.editor.lines import LineTotal
from cnncalc.graph import Layer
from cnncalc.ops.values import show_shape
from cnncalc.records import Record
from cnncalc.spec import Spec
from cnncalc.spec.yaml_tree import Map

SHOWN = ("shape", "parameters", "macs")
"""What a hint has, unless it is told otherwise."""

CHOICES = (*SHOWN, "layers")
"""What a hint can have."""


class Hint(Record):
    """A text at the end of a line.

    Attributes:
        offset: where the line ends.
        text: what is shown: `256x56x56 · 75.0K · 231M`.
        told: the same in words.
    """

    offset: int
    text: str
    told: str


class Lens(Record):
    """A text above a line.

    Attributes:
        span: what it is about.
        text: what is shown.
        variant: the variant that it is about; None where it is about none.
    """

    span: Span
    text: str
    variant: str | None = None


def short(count: int) -> str:
    """A count in three digits or more: `75.0K`, `231M`.

    Example:
        >>> short(75_008), short(231_211_008), short(512), short(999_999)
        ('75.0K', '231M', '512', '1.00M')
    """
    for unit, size in (("", 1), ("K", 10**3), ("M", 10**6), ("G", 10**9), ("T", 10**12)):
        value = count / size
        if not unit and count < 1000:
            return str(count)
        if unit and (value < 999.5 or unit == "T"):
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f}{unit}"
    return str(count)


def hints(document: Document, shown: Sequence[str] = SHOWN) -> tuple[Hint, ...]:
    """What each layer line comes to, in the order of the file."""
    found = []
    for total in document.line_totals.values():
        text = _text(total, shown)
        if text and total.line <= len(document.lines):
            end = document.offset(total.line, len(document.lines[total.line - 1]) + 1)
            found.append(Hint(end, text, _told(total)))
    return tuple(found)


def _text(total: LineTotal, shown: Sequence[str]) -> str:
    parts = {
        "shape": show_shape(total.shape) if total.shape else "",
        "parameters": short(total.parameters) if total.parameters else "",
        "macs": short(total.macs) if total.macs else "",
        "layers": f"{total.layers:,} layers" if total.layers > 1 else "",
    }
    return " · ".join(parts[one] for one in shown if parts.get(one))


def _told(total: LineTotal) -> str:
    layers = f"{total.layers:,} layer{'s' * (total.layers != 1)}"
    return f"{layers}, {total.parameters:,} parameters, {total.macs:,} MACs"


def lenses(document: Document) -> tuple[Lens, ...]:
    """Totals above `name:`, variants and blocks, as far as the networks can be built."""
    spec = document.spec
    if spec is None:
        return ()
    found = [*_of_networks(document, spec), *_of_blocks(document)]
    return tuple(sorted(found, key=lambda one: one.span[1:3]))


def _of_networks(document: Document, spec: Spec) -> Iterator[Lens]:
    root = document.root
    shown = document.variant
    totals = network_total(document, shown)
    entries = root.entries if isinstance(root, Map) else ()
    keys = {key.text: key.span for key, _ in entries}
    if totals and (place := keys.get("name") or keys.get("layers")):
        which = f"{shown}: " if shown is not None else ""
        yield Lens(place, f"{which}{totals}", None)
    for name, variant in spec.variants.items():
        document.pause()
        totals = network_total(document, name)
        if totals:
            marked = " (shown)" if name == shown else ""
            yield Lens(variant.span, f"{totals}{marked}", name)


def network_total(document: Document, variant: str | None) -> str:
    """What a network costs, in a line; empty where it cannot be built."""
    graph = document.network(variant).graph
    if graph is None:
        return ""
    costs = document.costs(variant)[: len(graph.layers)]
    shapes = {layer.name: layer.output_shape for layer in graph.layers}
    outputs = [show_shape(shapes.get(one, ())) for one in graph.outputs.values()]
    inputs = [show_shape(shape) for shape in graph.inputs.values()]
    arrow = f"{', '.join(inputs[:3])} -> {', '.join(outputs[:3])}"
    return f"{_sums(costs)} · {arrow}"


def _sums(costs: Sequence[Cost]) -> str:
    parameters = sum(one.parameters for one in costs)
    macs = sum(one.macs for one in costs)
    return f"{short(parameters)} parameters · {short(macs)} MACs"


def _of_blocks(document: Document) -> Iterator[Lens]:
    """What all calls of each block come to in the network that is looked at."""
    spec = document.spec
    graph = document.network(document.variant).graph
    if spec is None or graph is None or spec.is_translated:
        return
    inside: dict[str, list[Cost]] = {}
    calls = list(graph.groups.values())
    for layer, cost in zip(graph.layers, document.costs(document.variant), strict=False):
        for name in _blocks_of(layer, graph.groups):
            inside.setdefault(name, []).append(cost)
    for name, block in spec.blocks.items():
        count = calls.count(name)
        if count:
            text = f"{count:,} call{'s' * (count != 1)} · {_sums(inside.get(name, []))}"
            yield Lens(block.span, text)


def _blocks_of(layer: Layer, groups: Mapping[tuple[str, ...], str | None]) -> set[str]:
    """The blocks that a layer stands in."""
    found = set()
    for depth in range(1, len(layer.scope) + 1):
        block = groups.get(layer.scope[:depth])
        if block is not None:
            found.add(block)
    return found
