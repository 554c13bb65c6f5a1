"""Documents with marks for tests."""

from collections.abc import Callable

from cnncalc.checks.counts import Figure
from cnncalc.checks.documents.marks import read_marks
from cnncalc.checks.documents.numbers import Mark
from cnncalc.diagnostics import Diagnostic

RESNET_MACS = 4_089_184_256


def marked(number: str, words: str = "resnet:50 macs") -> str:
    return f"<!-- cnncalc {words} -->{number}<!-- /cnncalc -->"


def one(text: str) -> Mark:
    marks, faults = read_marks(text, "doc.md")
    assert faults == ()
    [mark] = marks
    return mark


def faults(text: str) -> tuple[Diagnostic, ...]:
    _, found = read_marks(text, "doc.md")
    assert {fault.code for fault in found} <= {"E903"}
    return found


def always(figure: Figure) -> Callable[[Mark], Figure]:
    return lambda _mark: figure
