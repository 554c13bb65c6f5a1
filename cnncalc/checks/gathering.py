"""Faults and marks of several networks of one file, each reported once."""

from collections.abc import Iterable, Iterator, Sequence

from cnncalc.checks.finding import Finding
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.diagnostics import Diagnostic, Note, Span, clipped

MOST_NAMED = 6
"""Variants that are named before the rest is counted."""


class _Met:
    """One fault, the networks in which it was met, and the layers that a rule marked there."""

    def __init__(self, fault: Diagnostic) -> None:
        self.fault = fault
        self.variants: list[str | None] = []
        self.layers: list[str | None] = []

    def add(self, variant: str | None) -> None:
        if variant not in self.variants[-1:]:
            self.variants.append(variant)

    def in_layers(self) -> Iterator[Note]:
        """Which layers of the first network the line made, where it is not plain to see."""
        first, others = self.layers[0] if self.layers else None, len({*self.layers}) - 1
        if first is not None and (others or "." in first):
            more = f" and {others:,} more layer{'s' if others > 1 else ''}" if others else ""
            yield Note(f"in `{first}`{more}")


class Gathering:
    """Findings so far, by what they say; each remembers the networks in which it was met."""

    def __init__(self, variants: Sequence[str | None]) -> None:
        self.variants = variants
        self.faults: dict[tuple[str, Span | None, str], _Met] = {}
        self.marks: dict[tuple[str, Span], _Met] = {}

    def add_faults(self, faults: Iterable[Diagnostic], variant: str | None) -> None:
        """Faults of one network; those of the file as a whole come before any network's."""
        for fault in faults:
            # The same fault in another variant, or in the next round, differs in numbers at most.
            key = (fault.code, fault.span, "" if fault.span else fault.message)
            self.faults.setdefault(key, _Met(fault)).add(variant)

    def add_marks(self, rule: Rule, marks: Iterable[Mark], variant: str | None) -> None:
        """What a rule finds in one network."""
        for mark in marks:
            key = rule.code, mark.span
            if key not in self.marks:
                self.marks[key] = _Met(rule.diagnostic(mark))
            self.marks[key].add(variant)
            self.marks[key].layers.append(mark.layer)

    def findings(self) -> Iterator[Finding]:
        """Everything gathered."""
        for met in (*self.faults.values(), *self.marks.values()):
            named = tuple(name for name in met.variants if name is not None)
            notes = [*met.fault.notes, *met.in_layers()]
            if named and len(met.variants) != len(self.variants):
                shown = ", ".join(f"`{name}`" for name in named[:MOST_NAMED])
                more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
                notes.append(Note(f"in the variant{'s' if named[1:] else ''} {shown}{more}"))
            fault = clipped(met.fault._replace(notes=tuple(notes)))
            yield Finding(fault, named, met.layers[0] if met.layers else None)
