"""Standard error that cannot fail: what is told there changes no result."""

import io
import os
import sys
from typing import Any, TextIO

NUMBER = 2
"""What the system calls standard error."""


class _Told(io.FileIO):
    """Standard error; what it does not take, a full disk or a reader that is gone, is dropped."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


def open_errors(stream: TextIO | None) -> TextIO:
    """Standard error as a stream that cannot fail; what is closed takes all and tells nothing."""
    if stream is not None and sys.platform == "win32":
        return stream  # a console there is no file
    if stream is None:
        null = os.open(os.devnull, os.O_WRONLY)
        # Else a file that is opened gets its number, and errors of a library end up in there.
        if null != NUMBER and not _is_open(NUMBER):
            os.dup2(null, NUMBER)
    raw = _Told(NUMBER, "wb", closefd=False)
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
