"""What several networks of one file have in common is said once: faults and marks, gathered."""

from collections.abc import Iterable, Iterator, Sequence

from cnncalc.checks.finding import Finding
from cnncalc.checks.lint.rule import Rule
from cnncalc.checks.lint.subject import Mark
from cnncalc.diagnostics import Diagnostic, Note, Span, clipped

MOST_NAMED = 6
"""Variants that are named before the rest is counted."""


class Gathering:
    """Findings so far, by what they say; each remembers the networks in which it was met."""

    def __init__(self, variants: Sequence[str | None]) -> None:
        self.variants = variants
        self.faults: dict[tuple[str, Span | None, str], tuple[Diagnostic, list[str | None]]] = {}
        self.marks: dict[tuple[str, Span], _Marked] = {}

    def add_faults(self, faults: Iterable[Diagnostic], variant: str | None) -> None:
        """Faults of one network; those of the file as a whole come before any network's."""
        for fault in faults:
            # The same fault in another variant, or in the next round, differs in numbers at most.
            key = (fault.code, fault.span, "" if fault.span else fault.message)
            _, variants = self.faults.setdefault(key, (fault, []))
            if variant not in variants[-1:]:
                variants.append(variant)

    def add_marks(self, rule: Rule, marks: Iterable[Mark], variant: str | None) -> None:
        """What a rule finds in one network."""
        for mark in marks:
            marked = self.marks.setdefault((rule.code, mark.span), _Marked(rule, mark))
            marked.layers.append(mark.layer)
            if variant not in marked.variants[-1:]:
                marked.variants.append(variant)

    def findings(self) -> Iterator[Finding]:
        """Everything gathered."""
        for fault, variants in self.faults.values():
            notes = (*fault.notes, *self.where(variants))
            yield Finding(clipped(fault._replace(notes=notes)), _named(variants))
        for marked in self.marks.values():
            rule, mark = marked.rule, marked.mark
            notes = (*mark.notes, *marked.also(), *self.where(marked.variants))
            fault = Diagnostic(rule.code, mark.message, mark.span, notes, mark.hint, rule.severity)
            yield Finding(clipped(fault), _named(marked.variants), mark.layer)

    def where(self, variants: Sequence[str | None]) -> Iterator[Note]:
        """In which of the file's networks, unless it is in all of them."""
        named = _named(variants)
        if not named or len(variants) == len(self.variants):
            return
        listed = ", ".join(f"`{name}`" for name in named[:MOST_NAMED])
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        yield Note(f"in the variant{'s' if len(named) > 1 else ''} {listed}{more}")


class _Marked:
    """One place that a rule marks, and how often."""

    def __init__(self, rule: Rule, mark: Mark) -> None:
        self.rule = rule
        self.mark = mark
        self.layers: list[str | None] = []
        self.variants: list[str | None] = []

    def also(self) -> Iterator[Note]:
        """Which layers of the first network the line made, where it is not plain to see."""
        others = len(dict.fromkeys(self.layers)) - 1
        if self.mark.layer is not None and (others or "." in self.mark.layer):
            more = f" and {others:,} more layer{'s' if others > 1 else ''}" if others else ""
            yield Note(f"in `{self.mark.layer}`{more}")


def _named(variants: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(name for name in variants if name is not None)
