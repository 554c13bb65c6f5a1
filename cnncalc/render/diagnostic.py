"""Diagnostics as text: the line of the file, a caret under the fault, notes and a remedy."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from cnncalc.diagnostics import Diagnostic
from cnncalc.render.text import printable
from cnncalc.spec.yaml_tree import LINE_BREAK

Style = Callable[[str, str], str]
"""Colours a text for a role: `error`, `warning`, `information`, `frame`, `strong`."""

WIDEST = 120
"""Columns of a source line that are shown."""


def plain(text: str, _role: str) -> str:
    """No colours."""
    return text


def render_diagnostics(
    faults: Iterable[Diagnostic], sources: Mapping[str, str], style: Style = plain
) -> str:
    """Each fault with the line of its file, a blank line between them."""
    lines = {file: re.split(LINE_BREAK, text) for file, text in sources.items()}
    return "\n".join(_render(fault, lines, style) for fault in faults)


def render_concise(faults: Iterable[Diagnostic]) -> str:
    """One line a fault: `path:line:col: E402 message`."""
    return "".join(f"{printable(str(fault))}\n" for fault in faults)


def _render(fault: Diagnostic, lines: Mapping[str, list[str]], style: Style) -> str:
    head = style(f"{fault.severity}[{fault.code}]", fault.severity)
    text = [f"{head}: {style(printable(fault.message), 'strong')}"]
    margin = ""
    if fault.span:
        margin = " " * len(str(fault.span.line))
        text.append(f"{style(f'{margin}-->', 'frame')} {printable(str(fault.span))}")
        text.extend(_excerpt(fault, lines.get(fault.span.file, []), style))
    bullet = style(f"{margin} =", "frame")
    for note in fault.notes:
        place = f" ({printable(f'{note.span.file}:{note.span.line}')})" if note.span else ""
        text.append(f"{bullet} note: {printable(note.text)}{place}")
    if fault.hint:
        text.append(f"{bullet} help: {printable(fault.hint)}")
    return "\n".join(text) + "\n"


def _excerpt(fault: Diagnostic, lines: list[str], style: Style) -> Iterator[str]:
    """The line of the file, with carets under the fault."""
    span = fault.span
    if span is None or span.line > len(lines):
        return
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    first = max(0, start - WIDEST // 2) if len(line) > WIDEST else 0
    shown = line[first : first + WIDEST]
    marks = max(1, _width(line[start : min(end, first + WIDEST)]))
    number = str(span.line)
    edge = style(f"{' ' * len(number)} |", "frame")
    yield edge
    yield f"{style(f'{number} |', 'frame')} {_drawn(shown)}".rstrip()
    yield f"{edge} {' ' * _width(line[first:start])}{style('^' * marks, fault.severity)}"


def _drawn(text: str) -> str:
    return printable(text.replace("\t", "    "))


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(_drawn(text))
    import unicodedata  # noqa: PLC0415 - few lines need it

    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in _drawn(text)
        if not unicodedata.combining(character)
    )
