"""Settings of a project file that are texts: codes of warnings, and bits."""

from cnncalc.checks.choice import BEYOND, RULES, WARNINGS
from cnncalc.diagnostics import CODES, Span


def read_code(text: str, _span: Span) -> str:
    """The beginning of the codes of warnings: of lint rules, or of what a baseline warns of.

    Raises:
        ValueError: no code begins so.
    """
    if not text or not any(code.startswith(text) for code in WARNINGS):
        raise ValueError(f"no rule code begins with `{text}`" if text else "empty code")
    return text


def read_warning(text: str, span: Span) -> str:
    """As `read_code`, of what has a severity that can be chosen.

    Raises:
        ValueError: no code begins so, or it is an error's.
    """
    if text == BEYOND:
        return text
    if text in CODES and text not in WARNINGS:
        raise ValueError(f"`{text}` is an error: its severity stays")
    return read_code(text, span)


def read_rule_code(text: str, span: Span) -> str:
    """As `read_code`, of lint rules alone: what is said of files.

    Raises:
        ValueError: no code begins so, or those that do are of no file.
    """
    code = read_code(text, span)
    if not any(one.startswith(code) for one in RULES):
        raise ValueError(f"`{text}` is about the baseline, not about a file")
    return code


def read_precision(text: str, _span: Span) -> str:
    """Bits as `--bits` takes them, in one spelling.

    Raises:
        ValueError: they are none; it says why, and what to write.
    """
    from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - few have any

    return read_bits([text]).text
