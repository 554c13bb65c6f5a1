"""Bits of weights and activations, as a project file says them."""

from cnncalc.diagnostics import Span


def read_precision(text: str, _span: Span) -> str:
    """Bits as `--bits` takes them, in one spelling.

    Raises:
        ValueError: they are none; it says why, and what to write.
    """
    from cnncalc.analysis.precision import read_bits  # noqa: PLC0415 - few have any

    return read_bits([text]).text
