"""Settings of a project file that are texts: codes of rules, and bits."""

from cnncalc.checks.lint import ENTRIES
from cnncalc.diagnostics import Span


def read_code(text: str, _span: Span) -> str:
    """The beginning of the codes of lint rules.

    Raises:
        ValueError: no code begins so.
    """
    if not text or not any(code.startswith(text) for code in ENTRIES):
        raise ValueError(f"no rule code begins with `{text}`" if text else "empty code")
    return text


def read_precision(text: str, _span: Span) -> str:
    """Bits as `--bits` takes them, in one spelling.

    Raises:
        ValueError: they are none; it says why, and what to write.
    """
    from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - few have any

    return read_bits([text]).text
