"""The numbers of a document held against what they count: which are stale, and their mending."""

from collections.abc import Callable, Iterable

from cnncalc.checks.claims import figure_text
from cnncalc.checks.counts import Figure, Share, UntoldError
from cnncalc.checks.documents.numbers import is_true, written
from cnncalc.checks.documents.records import Mark, short
from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import Diagnostic, Note, SpecError
from cnncalc.facts import Amount


def check_marks(marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> list[Finding]:
    """What is wrong with the numbers of a document, in their order.

    Args:
        marks: the numbers.
        figure: gives what a mark's number should say; raises `UntoldError` or `SpecError`.
    """
    found: list[Finding] = []
    for mark in marks:
        try:
            exact = figure(mark)
        except UntoldError as fault:
            found.append(_untold(mark, str(fault)))
        except SpecError as error:
            found.append(_unread(mark, error))
        else:
            if not is_true(mark, exact):
                found.append(_stale(mark, exact))
    return found


def fix(text: str, marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> str:
    """The document with each stale number put right in its own form; all else stays as it is.

    A number whose figure cannot be told stays, too.

    Raises:
        ValueError: the marks are of another text.
    """
    pieces, position = [], 0
    for mark in marks:
        if mark.start < position or text[mark.start : mark.end] != mark.text:
            raise ValueError("the marks are of another text")
        try:
            exact = figure(mark)
        except (UntoldError, SpecError):
            continue
        if not is_true(mark, exact):
            pieces += [text[position : mark.start], written(mark, exact)]
            position = mark.end
    return "".join([*pieces, text[position:]])


def _owner(mark: Mark) -> str:
    layer = "" if mark.layer is None else f" of `{mark.layer}`"
    return f"`{mark.metric}`{layer} {'in' if layer else 'of'} `{mark.network}`"


def _stale(mark: Mark, exact: Figure) -> Finding:
    fact, value = mark.fact, mark.fact.value
    message = f"{_owner(mark)} is {figure_text(exact, mark.metric)}, not {short(mark.text)}"
    remedy = f"write `{written(mark, exact)}`, as `--fix` does"
    fault = Diagnostic("E804", message, fact.span, (), remedy)
    delta = None
    if isinstance(value, Amount) and isinstance(exact, int):
        scale = 10**value.decimals
        off = exact * scale - value.digits * value.factor
        delta = off // scale if off < 0 else -(-off // scale)
    actual = figure_text(exact, mark.metric) if isinstance(exact, Share) else exact
    return Finding(fault, (), mark.layer, mark.metric, actual, mark.text, delta)


def _untold(mark: Mark, reason: str) -> Finding:
    place, hint = mark.metric_span, None
    if "outputs" in reason:
        hint = f"name a layer behind `{mark.metric}`"
    elif "no layer or group" in reason:
        place = mark.layer_span or place
        hint = f"`cnncalc summarize {mark.network}` shows its layers"
    fault = Diagnostic("E805", f"{_owner(mark)} cannot be told: {reason}", place, (), hint)
    return Finding(fault, (), mark.layer, mark.metric, None, mark.text)


def _unread(mark: Mark, error: SpecError) -> Finding:
    """A network that there is not, or whose spec has faults: those are told of the spec."""
    first: Diagnostic = error.diagnostics[0]
    notes: tuple[Note, ...] = ()
    message, hint = first.message, first.hint
    if first.span is not None:
        # A document may name any file that can be read, so nothing of it is quoted.
        message = f"{_owner(mark)} cannot be told: the spec has faults"
        notes = (Note("the first of its faults", first.span),)
        hint = f"`cnncalc check {first.span.file}` tells all of them"
    fault = Diagnostic("E805", message, mark.network_span, notes, hint)
    return Finding(fault, (), mark.layer, mark.metric, None, mark.text)
