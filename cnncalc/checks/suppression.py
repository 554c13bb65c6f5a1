"""Comments that silence a finding on their line: `# cnncalc: ignore[W612] reason`."""

import re
from collections.abc import Container, Iterable, Iterator

from cnncalc.checks.choice import ON_REQUEST, RULES, WARNINGS
from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import CODES, Diagnostic, Edit, Fix, Span, closest, rename
from cnncalc.records import Record

UNUSED = "W618"

MOST_OF_COMMENT = 50
MOST_OF_FILE = 1000
"""Codes that are looked at; nobody writes more."""

MOST_COMPARED = 20
"""Malformed codes that are compared with the rules, for what they may mean."""


class Ignore(Record):
    """One code in one comment, and the line on which it silences that code.

    Attributes:
        code: what the codes begin with that it silences: `W603`, or `W6` for all of a kind.
        alone: the comment and the blanks before it, or the whole line where nothing else stands
            in it, when it names no other code.
    """

    code: str
    line: int
    span: Span
    alone: Span | None


def find_ignores(text: str, file: str) -> tuple[tuple[Ignore, ...], tuple[Diagnostic, ...]]:
    """Every code that a comment ignores, and the comments that are malformed.

    A comment speaks of its own line, and one on a line of its own of the next line.
    """
    found: list[Ignore] = []
    faults: list[Diagnostic] = []
    for place, one in enumerate(_written(text, file, faults)):
        if place == MOST_OF_FILE:
            faults.append(_too_many(MOST_OF_FILE, "in this file", one.span))
            break
        if one.code and any(code.startswith(one.code) for code in RULES):
            found.append(one)
        else:
            known = CODES if len(faults) < MOST_COMPARED else ()
            faults.append(_malformed(one.code, one.span, known))
    return tuple(found), tuple(faults)


def _written(text: str, file: str, faults: list[Diagnostic]) -> Iterator[Ignore]:
    """Every code as it is written, known or not; too many in one comment are a fault."""
    pattern = re.compile(r"(?:^|\s)#\s*cnncalc:\s*(.*)$")
    lines = re.split("\r\n|[\n\r]", text)
    for number, line in enumerate(lines, 1):
        comment = pattern.search(line) if "cnncalc:" in line else None
        if comment is None:
            continue
        before = len(line[: comment.start()].rstrip())
        codes = _codes(comment[1])
        for place, (code, start) in enumerate(codes):
            column = comment.start(1) + start + 1
            span = Span(file, number, column, number, column + max(1, len(code)))
            if place == MOST_OF_COMMENT:
                faults.append(_too_many(MOST_OF_COMMENT, "by this comment", span))
                break
            end = (number, len(line) + 1) if before or number == len(lines) else (number + 1, 1)
            whole = Span(file, number, before + 1, *end)
            yield Ignore(code, number + (not before), span, whole if len(codes) == 1 else None)


def _too_many(most: int, where: str, span: Span) -> Diagnostic:
    message = f"more than {most:,} codes are ignored {where}"
    return Diagnostic("E903", message, span, (), "the rest is not read")


def _codes(comment: str) -> list[tuple[str, int]]:
    """Each code in a comment and where it begins; an empty one where there is none."""
    written = re.match(r"ignore\[([^\]]*)\]", comment)
    codes = list(re.finditer(r"[^,\s]+", written[1])) if written else []
    if written is None or not codes:
        return [("", 0)]
    first = {code[0]: written.start(1) + code.start() for code in reversed(codes)}
    return sorted(first.items(), key=lambda item: item[1])


def _malformed(code: str, span: Span, known: Iterable[str]) -> Diagnostic:
    message = f"there is no rule `{code}`"
    near = closest(code, [one for one in known if one in RULES]) if code else None
    remedy = rename(code, near, span) if near else "`cnncalc rule` lists the rules"
    if not code:
        message = "this comment names no code to ignore"
        remedy = "write `# cnncalc: ignore[W601] reason`"
    elif code in WARNINGS:
        message = f"`{code}` is about the baseline: no comment in a spec silences it"
        remedy = f'write `ignore = ["{code}"]` under `[check]` of the project file'
    elif code in CODES:
        message = f"`{code}` is an error: it cannot be ignored"
        remedy = "fix the spec, and remove the comment"
    return Diagnostic("E903", message, span, (), remedy)


def silence(
    findings: Iterable[Finding], ignores: Iterable[Ignore], active: Container[str]
) -> Iterator[Finding]:
    """The findings that no comment silences, and one for each comment that silences none.

    A comment about a rule that is not `active` in this run may yet have its use.
    """
    by_line: dict[int, list[Ignore]] = {}
    for one in ignores:
        by_line.setdefault(one.line, []).append(one)
    used: set[Ignore] = set()
    for finding in findings:
        fault = finding.diagnostic
        here = by_line.get(fault.span.line, ()) if fault.span else ()
        silencing = [one for one in here if fault.code.startswith(one.code)]
        used.update(silencing)
        if not silencing:
            yield finding
    if UNUSED not in active:
        return
    may_find = {code: _all_active(code, active) for code in {one.code for one in ignores}}
    for these in by_line.values():
        for one in these:
            if one not in used and may_find[one.code]:
                yield _unused(one)


def _all_active(prefix: str, active: Container[str]) -> bool:
    """Whether all rules take part that a comment may be about, but for those on request."""
    rules = [code for code in RULES if code.startswith(prefix)]
    return all(code in active for code in rules if code == prefix or code not in ON_REQUEST)


def _unused(ignore: Ignore) -> Finding:
    of_kind = "" if ignore.code in RULES else " whose code begins with"
    message = f"line {ignore.line} has no finding{of_kind} `{ignore.code}`"
    words = "remove it, or move it to the line that it is about"
    remedy = Fix((Edit(ignore.alone, ""),), words) if ignore.alone else words
    return Finding(Diagnostic(UNUSED, message, ignore.span, (), remedy, "warning"))
