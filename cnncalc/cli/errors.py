"""Standard error that cannot fail: a message never changes the result of a run."""

import io
import os
import sys
from typing import Any, TextIO

NUMBER = 2
"""The file descriptor of standard error."""


class _SafeErrors(io.FileIO):
    """Standard error that drops what it cannot write: to a full disk, or to a closed pipe."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


def open_errors(stream: TextIO | None) -> TextIO:
    """Standard error as a stream that cannot fail; when it is closed, messages are dropped."""
    if stream is not None and sys.platform == "win32":
        return stream  # a console there is no file
    if stream is None:
        null = os.open(os.devnull, os.O_WRONLY)
        # Else a file that is opened gets its number, and errors of a library end up in there.
        if null != NUMBER and not _is_open(NUMBER):
            os.dup2(null, NUMBER)
    raw = _SafeErrors(NUMBER, "wb", closefd=False)
    encoding = "utf-8" if stream is None else stream.encoding
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=True
    )


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
