"""The text of a settings file: of a project file, or of a baseline."""

from collections.abc import Callable

from cnncalc.cli.output import fail
from cnncalc.diagnostics import Diagnostic, SpecError

Decode = Callable[[bytes, str], tuple[str, tuple[Diagnostic, ...]]]
"""Gives the text of some bytes, and what is wrong with them; it takes them and the file's name."""


def read_text(file: str, decode: Decode) -> str:
    """The text of a settings file.

    Raises:
        Exit: its bytes are no text; that is told.
        UsageError: it cannot be read.
    """
    from cnncalc.spec.library import read_kept  # noqa: PLC0415

    try:
        data = read_kept(file, 1 << 23)
    except SpecError as error:
        fail(error)
    text, faults = decode(data, file)
    if faults:
        fail(SpecError(faults, {}))  # what is no text is not quoted
    return text
