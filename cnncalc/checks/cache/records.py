"""The result of a check as JSON, and back; each value is looked at, as of any file."""

from typing import Any, get_args

from cnncalc.checks.finding import SEVERITIES, Checked, Claim, Finding, Kind
from cnncalc.diagnostics import CODES, Diagnostic, Edit, Fix, Note, Remedy, Severity, Span

Json = Any
"""What `json` reads and writes."""

KINDS = get_args(Kind)


class MalformedError(ValueError):
    """A value that no result has."""


def to_json(checked: Checked) -> Json:
    """A result without its text, which the file has."""
    figures = [[name, _listed(figure)] for name, figure in checked.figures.items()]
    absent = None if checked.absent is None else sorted(checked.absent)
    findings = [*map(_finding, checked.findings)]
    claims = [*map(_claim, checked.claims)]
    return [checked.file, [*checked.networks], findings, claims, figures, absent, checked.name]


def _listed(figures: Any) -> Json:
    return {name: list(one) if isinstance(one, tuple) else one for name, one in figures.items()}


def _finding(one: Finding) -> Json:
    fault = one.diagnostic
    remedy: Json = fault.remedy
    if isinstance(fault.remedy, Fix):
        remedy = [
            fault.remedy.words,
            [[_span(edit.span), edit.text] for edit in fault.remedy.edits],
        ]
    notes = [[note.text, _span(note.span)] for note in fault.notes]
    told = [fault.code, fault.message, _span(fault.span), notes, remedy, fault.severity]
    actual = list(one.actual) if isinstance(one.actual, tuple) else one.actual
    return [told, [*one.variants], one.layer, one.metric, actual, one.limit, one.delta,
            [*one.metrics]]  # fmt: skip


def _claim(one: Claim) -> Json:
    finding = None if one.finding is None else _finding(one.finding)
    return [one.variant, one.layer, one.metric, one.kind, one.stated, one.actual, finding,
            _span(one.span)]  # fmt: skip


def _span(span: Span | None) -> Json:
    return None if span is None else [*span]


def from_json(value: Json) -> Checked:
    """A result, with an empty text.

    Raises:
        MalformedError: it is none.
    """
    file, networks, findings, claims, figures, absent, name = _row(value, 7)
    return Checked(
        _text(file),
        "",
        tuple(map(_word, _list(networks))),
        tuple(map(_to_finding, _list(findings))),
        tuple(map(_to_claim, _list(claims))),
        {_word(part): _to_figures(one) for part, one in (_row(row, 2) for row in _list(figures))},
        None if absent is None else frozenset(map(_text, _list(absent))),
        _word(name),
    )


def _to_figures(value: Json) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError
    return {
        name: tuple(map(_number, one)) if isinstance(one, list) else _number(one)
        for name, one in value.items()
    }


def _to_finding(value: Json) -> Finding:
    told, variants, layer, metric, actual, limit, delta, metrics = _row(value, 8)
    code, message, span, notes, remedy, severity = _row(told, 6)
    if code not in CODES or severity not in SEVERITIES:
        raise MalformedError
    level: Severity = severity
    noted = tuple(Note(_text(text), _to_span(at)) for text, at in (_row(one, 2) for one in notes))
    fault = Diagnostic(code, _text(message), _to_span(span), noted, _to_remedy(remedy), level)
    if isinstance(actual, list):
        actual = tuple(map(_number, actual))
    elif not isinstance(actual, str | None):
        actual = _number(actual)
    return Finding(
        fault,
        tuple(map(_text, _list(variants))),
        _word(layer),
        _word(metric),
        actual,
        _word(limit),
        None if delta is None else _number(delta),
        tuple(map(_text, _list(metrics))),
    )


def _to_remedy(value: Json) -> Remedy | None:
    if not isinstance(value, list):
        return _word(value)
    words, edits = _row(value, 2)
    found = []
    for at, text in (_row(one, 2) for one in _list(edits)):
        span = _to_span(at)
        if span is None:
            raise MalformedError
        found.append(Edit(span, _text(text)))
    return Fix(tuple(found), _text(words))


def _to_claim(value: Json) -> Claim:
    variant, layer, metric, kind, stated, actual, finding, span = _row(value, 8)
    if kind not in KINDS:
        raise MalformedError
    found = None if finding is None else _to_finding(finding)
    names = _word(variant), _word(layer), _text(metric)
    return Claim(*names, kind, _text(stated), _text(actual), found, _to_span(span))


def _to_span(value: Json) -> Span | None:
    if value is None:
        return None
    file, *places = _row(value, 5)
    return Span(_text(file), *map(_number, places))


def _row(value: Json, length: int) -> list[Json]:
    if not isinstance(value, list) or len(value) != length:
        raise MalformedError
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise MalformedError
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise MalformedError
    return value


def _word(value: Json) -> str | None:
    return None if value is None else _text(value)


def _number(value: Json) -> int:
    if type(value) is not int:
        raise MalformedError
    return value
