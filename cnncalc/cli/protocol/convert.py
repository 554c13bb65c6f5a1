"""Places and values of ours as the protocol has them: lines from 0, columns in its own units."""

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from lsprotocol import types
from pygls import uris

from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import Diagnostic, Edit, Span
from cnncalc.editor.document import Document
from cnncalc.printable import printable

_LINE_BREAK = "\r\n|\n|\r"
"""Line breaks of the protocol: fewer than those of YAML."""

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
}

_LESS = {"W608", "W609", "W610", "W611", "W618"}
"""Rules about what nothing reads: editors show it paler."""


class Positions:
    """Offsets of a document as positions of the protocol, and back.

    The units of columns are those that client and server have agreed on: UTF-16 unless said.
    """

    def __init__(self, document: Document, codec: Any) -> None:
        text = document.text
        self.document = document
        self.codec = codec
        self.counted: dict[int, Sequence[int]] = {}
        self.starts = [0, *(found.end() for found in re.finditer(_LINE_BREAK, text))]
        self.lines = re.split(_LINE_BREAK, text)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        line = bisect_right(self.starts, max(0, offset)) - 1
        column = max(0, min(offset - self.starts[line], len(self.lines[line])))
        units = self._units(line)
        return types.Position(line, column if units is None else units[column])

    def offset(self, position: Any) -> int:
        """The offset of a position; what lies beyond the text is its end."""
        line, wanted = max(0, int(position.line)), max(0, int(position.character))
        if line >= len(self.lines):
            return len(self.document.text)
        units = self._units(line)
        column = wanted if units is None else bisect_left(units, wanted)
        return self.starts[line] + min(column, len(self.lines[line]))

    def _units(self, line: int) -> Sequence[int] | None:
        """How many units stand before each character of a line; None where each is one."""
        text = self.lines[line]
        if text.isascii():
            return None
        if line not in self.counted:
            each = (self.codec.client_num_units(character) for character in text)
            self.counted[line] = [0, *accumulate(each)]
        return self.counted[line]

    def between(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def range(self, span: Span) -> types.Range:
        """The range of a span of this document."""
        return self.between(*self.document.range(span))


def uri_of(path: str) -> str:
    """The address of a file."""
    return str(uris.from_fs_path(os.path.abspath(path)))


def path_of(uri: str) -> str:
    """The path of an address; the address itself where it is that of no file."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return path or uri


def plain_range(span: Span) -> types.Range:
    """The range of a span of a file that is not open: its columns are taken for units."""
    start = types.Position(span.line - 1, span.column - 1)
    return types.Range(start, types.Position(span.end_line - 1, max(0, span.end_column - 1)))


def location(span: Span, positions: Positions, uri: str) -> types.Location:
    """A span as a location."""
    if span.file == positions.document.file:
        return types.Location(uri, positions.range(span))
    return types.Location(uri_of(span.file), plain_range(span))


def diagnostic(finding: Finding, positions: Positions, uri: str) -> types.Diagnostic:
    """A finding, its remedy and notes in its message."""
    fault = finding.diagnostic
    span = fault.span
    is_here = span is not None and span.file == positions.document.file
    start = types.Position(0, 0)
    place = types.Range(start, start)
    if span is not None and is_here:
        place = positions.range(_visible(span))
    related = [
        types.DiagnosticRelatedInformation(location(one.span, positions, uri), printable(one.text))
        for one in fault.notes
        if one.span is not None
    ]
    return types.Diagnostic(
        range=place,
        message=message(fault),
        severity=SEVERITIES[fault.severity],
        code=fault.code,
        source="cnncalc",
        tags=[types.DiagnosticTag.Unnecessary] if fault.code in _LESS else None,
        related_information=related or None,
    )


def _visible(span: Span) -> Span:
    """A span of one character at least."""
    if (span.line, span.column) == (span.end_line, span.end_column):
        return span._replace(end_column=span.column + 1)
    return span


def message(fault: Diagnostic) -> str:
    """What is wrong, what else is known, and what helps, each on a line."""
    lines = [printable(fault.message)]
    lines += [f"note: {printable(one.text)}" for one in fault.notes if one.span is None]
    if fault.hint:
        lines.append(f"help: {printable(fault.hint)}")
    return "\n".join(lines)


def workspace_edit(edits: Sequence[Edit], positions: Positions, uri: str) -> types.WorkspaceEdit:
    """Edits of this file, and of others."""
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        is_here = edit.span.file == positions.document.file
        place = positions.range(edit.span) if is_here else plain_range(edit.span)
        target = uri if is_here else uri_of(edit.span.file)
        changes.setdefault(target, []).append(types.TextEdit(place, edit.text))
    return types.WorkspaceEdit(changes=changes)


def with_versions(
    edit: types.WorkspaceEdit, versions: Mapping[str, int | None]
) -> types.WorkspaceEdit:
    """The same by the versions of the texts, so that an editor refuses it for newer ones.

    A file that is not among them is as the disk has it.
    """
    documents = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)), edits
        )
        for uri, edits in (edit.changes or {}).items()
    ]
    return types.WorkspaceEdit(document_changes=documents)
