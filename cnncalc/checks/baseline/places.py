"""Where a network, or a label of one, stands in the text of its spec."""

from cnncalc.diagnostics import Span, SpecError
from cnncalc.spec import TIGHT, Allowance, Selection, parse_spec, read_network


def place_in(text: str, file: str, variant: str | None, label: str | None) -> Span | None:
    """The place of the line that makes a labelled layer or group, or without one the first layer.

    Returns:
        None where the spec has no such label, or has faults.
    """
    try:
        _, graph = read_network(text, file, Selection(variant), TIGHT)
    except SpecError:
        return None
    path = () if label is None else tuple(label.split("."))
    for layer in graph.layers:
        if layer.origin and (layer.name == label or layer.scope[: len(path)] == path):
            span: Span = layer.origin[0]
            return span
    return None


def place_of_network(text: str, file: str, variant: str | None) -> Span:
    """The line that begins a variant; of a network without one, the first of the file."""
    spec, _ = parse_spec(text, file, Allowance(TIGHT))
    own = None if spec is None or variant is None else spec.variants.get(variant)
    return Span(file, 1, 1, 1, 2) if own is None else own.span
