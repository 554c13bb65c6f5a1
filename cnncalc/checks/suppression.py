"""Comments that silence a finding where it stands: `# cnncalc: ignore[W612] reason`."""

import re
from collections.abc import Container, Iterable, Iterator

from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import CODES, Diagnostic, Span, closest, rename
from cnncalc.records import Record

UNUSED = "W618"

MOST_OF_COMMENT = 50
MOST_OF_FILE = 1000
"""Codes that are looked at; nobody writes more."""

MOST_COMPARED = 20
"""Malformed codes that are compared with the rules, for what they may mean."""


class Ignore(Record):
    """One code in one comment, and the line on which it silences that code."""

    code: str
    line: int
    span: Span


def find_ignores(text: str, file: str) -> tuple[tuple[Ignore, ...], tuple[Diagnostic, ...]]:
    """Every code that a comment ignores, and the comments that are malformed.

    A comment speaks of its own line, and one on a line of its own of the next line.
    """
    found: list[Ignore] = []
    faults: list[Diagnostic] = []
    for place, (code, line, span) in enumerate(_written(text, file, faults)):
        if place == MOST_OF_FILE:
            faults.append(_too_many(MOST_OF_FILE, "in this file", span))
            break
        if code in CODES and code.startswith("W"):
            found.append(Ignore(code, line, span))
        else:
            faults.append(_malformed(code, span, is_compared=len(faults) < MOST_COMPARED))
    return tuple(found), tuple(faults)


def _written(text: str, file: str, faults: list[Diagnostic]) -> Iterator[Ignore]:
    """Every code as it is written, known or not; too many in one comment are a fault."""
    pattern = re.compile(r"(?:^|\s)#\s*cnncalc:\s*(.*)$")
    for number, line in enumerate(re.split("\r\n|[\n\r]", text), 1):
        comment = pattern.search(line) if "cnncalc:" in line else None
        if comment is None:
            continue
        is_alone = not line[: comment.start()].strip()
        for place, (code, start) in enumerate(_codes(comment[1])):
            column = comment.start(1) + start + 1
            span = Span(file, number, column, number, column + max(1, len(code)))
            if place == MOST_OF_COMMENT:
                faults.append(_too_many(MOST_OF_COMMENT, "by this comment", span))
                break
            yield Ignore(code, number + is_alone, span)


def _too_many(most: int, where: str, span: Span) -> Diagnostic:
    message = f"more than {most:,} codes are ignored {where}"
    return Diagnostic("E903", message, span, (), "the rest is not looked at")


def _codes(comment: str) -> Iterator[tuple[str, int]]:
    """Each code in a comment and where it begins; an empty one where there is none."""
    written = re.match(r"ignore\[([^\]]*)\]", comment)
    if written is None or not written[1].strip():
        yield "", 0
        return
    seen: set[str] = set()
    for code in re.finditer(r"[^,\s]+", written[1]):
        if code[0] not in seen:
            seen.add(code[0])
            yield code[0], written.start(1) + code.start()


def _malformed(code: str, span: Span, *, is_compared: bool) -> Diagnostic:
    if not code:
        hint = "write `# cnncalc: ignore[W601] reason`"
        return Diagnostic("E903", "this comment names no code to ignore", span, (), hint)
    if code in CODES:
        message = f"`{code}` is an error: it cannot be ignored"
        return Diagnostic("E903", message, span, (), "fix the spec, and remove the comment")
    known = [one for one in CODES if one.startswith("W")] if is_compared else ()
    near = closest(code, known)
    remedy = rename(code, near, span) if near else "`cnncalc rule` lists the rules"
    return Diagnostic("E903", f"there is no rule `{code}`", span, (), remedy)


def silence(
    findings: Iterable[Finding], ignores: Iterable[Ignore], active: Container[str]
) -> Iterator[Finding]:
    """The findings that no comment silences, and one for each comment that silences none.

    A comment about a rule that is not `active` in this run may yet have its use.
    """
    by_place: dict[tuple[str, int], list[Ignore]] = {}
    for one in ignores:
        by_place.setdefault((one.code, one.line), []).append(one)
    used: set[Span] = set()
    for finding in findings:
        fault = finding.diagnostic
        met = by_place.get((fault.code, fault.span.line), ()) if fault.span else ()
        used.update(one.span for one in met)
        if not met:
            yield finding
    for (code, _), these in by_place.items():
        for one in these:
            if one.span not in used and code in active and UNUSED in active:
                yield _unused(one)


def _unused(ignore: Ignore) -> Finding:
    message = f"nothing on line {ignore.line} is `{ignore.code}`"
    hint = "remove it, or move it to the line that it is about"
    return Finding(Diagnostic(UNUSED, message, ignore.span, (), hint, "warning"))
