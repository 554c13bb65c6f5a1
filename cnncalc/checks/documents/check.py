"""The numbers of a document compared with the counts: which are stale, and their correction."""

from collections.abc import Callable, Iterable

from cnncalc.checks.counts import Figure, NoFigureError
from cnncalc.checks.documents.numbers import Mark, format_figure, short
from cnncalc.checks.finding import Finding
from cnncalc.checks.statements import compare, finding_of
from cnncalc.diagnostics import Diagnostic, Note, SpecError, rewrite


def check_marks(marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> list[Finding]:
    """What is wrong with the numbers of a document, in their order.

    Args:
        marks: the numbers.
        figure: gives what a mark's number should say; raises `NoFigureError` or `SpecError`.
    """
    found = (_finding(mark, figure) for mark in marks)
    return [one for one in found if one is not None]


def fix(text: str, marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> str:
    """The document with each stale number corrected in its own form; all else stays as it is.

    A number whose figure is unknown stays, too.

    Raises:
        ValueError: the marks are of another text.
    """
    pieces, position = [], 0
    for mark in marks:
        if mark.start < position or text[mark.start : mark.end] != mark.fact.text:
            raise ValueError("the marks are of another text")
        try:
            comparison = compare(mark.fact, figure(mark))
        except (NoFigureError, SpecError):
            continue
        if comparison.gap is not None:
            pieces += [text[position : mark.start], format_figure(mark, comparison.figure)]
            position = mark.end
    return "".join([*pieces, text[position:]])


def _owner(mark: Mark) -> str:
    layer = "" if mark.fact.layer is None else f" of `{mark.fact.layer}`"
    return f"`{mark.fact.metric}`{layer} {'in' if layer else 'of'} `{mark.network}`"


def _finding(mark: Mark, figure: Callable[[Mark], Figure]) -> Finding | None:
    try:
        comparison = compare(mark.fact, figure(mark))
    except NoFigureError as fault:
        return _without_figure(mark, fault)
    except SpecError as error:
        return _unread(mark, error)
    if comparison.gap is None:
        return None
    fact = mark.fact
    message = f"{_owner(mark)} is {comparison.actual}, not {short(fact.text)}"
    new = format_figure(mark, comparison.figure)
    remedy = rewrite(new, fact.span, fact.text, behind=", as `--fix` does")
    return finding_of(fact, Diagnostic("E804", message, fact.span, (), remedy), None, comparison)


def _without_figure(mark: Mark, fault: NoFigureError) -> Finding:
    place, hint = mark.metric_span, None
    if fault.cause == "outputs":
        hint = f"name a layer after `{mark.fact.metric}`"
    elif fault.cause == "label":
        place = mark.layer_span or place
        hint = f"`cnncalc summarize {mark.network}` shows its layers"
    message = f"{_owner(mark)} is unknown: {fault}"
    return finding_of(mark.fact, Diagnostic("E805", message, place, (), hint))


def _unread(mark: Mark, error: SpecError) -> Finding:
    """An unknown network, or one whose spec has faults, which are reported for the spec."""
    first: Diagnostic = error.diagnostics[0]
    notes: tuple[Note, ...] = ()
    message, hint = first.message, first.hint
    if first.span is not None:
        # A document may name any file that can be read, so nothing of it is quoted.
        message = f"{_owner(mark)} is unknown: the spec has faults"
        notes = (Note("the first of its faults", first.span),)
        hint = f"`cnncalc check {first.span.file}` shows all of them"
    fault = Diagnostic("E805", message, mark.network_span, notes, hint)
    return finding_of(mark.fact, fault)
