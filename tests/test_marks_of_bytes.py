"""Bytes that are no text behind a byte-order mark: their place is told as in the file."""

import pytest

from cnncalc.checks.settings.source import decode
from cnncalc.diagnostics import SpecError
from cnncalc.spec.library import decode as decode_spec

MARK = b"\xef\xbb\xbf"
HALF = b"\xc3"
"""The first byte of a letter of two."""


@pytest.mark.parametrize(
    ("text", "byte", "column"), [("x: é", 9, 5), ("é" * 40, 84, 41), ("", 4, 1)]
)
def test_of_a_settings_file(text: str, byte: int, column: int) -> None:
    _, (fault,) = decode(MARK + text.encode() + HALF + b"\n", "p.toml", "E901", 1000)
    assert fault.message == f"byte {byte} is not UTF-8"
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (1, column)


def test_of_a_spec() -> None:
    with pytest.raises(SpecError, match=r"`s\.yaml` is not UTF-8: byte 9, line 3"):
        decode_spec(MARK + b"a:\n\n" + b"b" + HALF + b"\n", "s.yaml")
