"""What a spec states of its numbers: `expect`, `budget`, `published`."""

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from cnncalc.diagnostics import Diagnostic, Remedy, Span, closest, rename
from cnncalc.facts import (
    STATED,
    Amount,
    Fact,
    Published,
    read_budget,
    read_expectation,
)
from cnncalc.spec.yaml_tree import Map, Node, Text

_FORMS = {"output": "write `1000` or `256x6x6`", "share": "write `12.5%`"}
_NUMBERS = "write `61_100_840`, `25.6M` or `4 MiB`; a budget also `>= 224` or `224..512`"


class FactReader:
    """Reads facts by metric, or by label and metric; faults gather in `faults`."""

    def __init__(self, faults: list[Diagnostic]) -> None:
        self.faults = faults

    def read(self, node: Node | None, part: str) -> tuple[Fact, ...] | None:
        """The facts under `expect` or `budget`; None when there are none at all."""
        if not self.is_mapping(node, part):
            return None
        return tuple(
            fact._replace(layer_span=key.span) if key else fact
            for key, metric, value in _stated(node)
            for fact in self.fact(key.text if key else None, metric, value, part)
        )

    def fact(self, layer: str | None, metric: Text, value: Node, part: str) -> Iterable[Fact]:
        if metric.text not in STATED:
            near = closest(metric.text, STATED)
            listed = f"it is one of {', '.join(STATED)}"
            hint = rename(metric.text, near, metric.span) if near else listed
            self.fault("E201", f"unknown metric `{metric.text}`", metric.span, hint)
            return
        if not isinstance(value, Text):
            self.fault("E203", f"`{metric.text}` takes a number", value.span)
            return
        try:
            read = read_expectation if part == "expect" else read_budget
            yield read(layer, metric.text, value.text, value.span)
        except ValueError as fault:
            self.fault("E219", str(fault), value.span, _FORMS.get(metric.text, _NUMBERS))

    def published(self, node: Node | None) -> tuple[Published, ...]:
        """Figures by metric, or by label and metric, with a `note` where one is known wrong."""
        if not self.is_mapping(node, "published"):
            return ()
        found: list[Published] = []
        notes: dict[str, str | None] = {}
        for key, metric, value in _stated(node):
            if key and metric.text == "note":
                notes[key.text] = value.text if isinstance(value, Text) else None
                if notes[key.text] is None:
                    self.fault("E203", "a note is text", value.span)
                continue
            for fact in self.fact(key.text if key else None, metric, value, "expect"):
                if fact.is_share:
                    self.fault("E219", "a published figure is a count, not a share", value.span)
                elif isinstance(fact.value, Amount):
                    layer, told, amount, span, text = fact[:5]
                    found.append(Published(layer, told, text, amount, None, span))
        return tuple(one._replace(note=notes.get(one.layer or "")) for one in found)

    def is_mapping(self, node: Node | None, part: str) -> TypeGuard[Map]:
        """Whether there is something to read; what is no mapping is reported."""
        if isinstance(node, Map):
            return True
        if node is not None and not (isinstance(node, Text) and node.is_null):
            self.fault("E203", f"`{part}` must be a mapping of names to values", node.span)
        return False

    def fault(self, code: str, message: str, span: Span, hint: Remedy | None = None) -> None:
        self.faults.append(Diagnostic(code, message, span, (), hint))


def _stated(node: Map) -> Iterator[tuple[Text | None, Text, Node]]:
    """What stands in a mapping of metrics, and in those that labels open there."""
    for key, value in node.entries:
        if isinstance(value, Map):
            yield from ((key, metric, amount) for metric, amount in value.entries)
        else:
            yield None, key, value
