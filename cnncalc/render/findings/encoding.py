"""JSON in which every control character is spelt out, and which diffs well."""

import json
from collections.abc import Iterable

from cnncalc.render.text import printable

_dumps = json.JSONEncoder(check_circular=False, ensure_ascii=False).encode


class Lines(tuple[str, ...]):
    """A text of several lines: a line break within one of them is spelt out."""

    __slots__ = ()


def encoded(value: object) -> str:
    """A value as JSON on one line; control characters and lone surrogates are spelt out."""
    return _dumps(_printable(value))


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Lines):
        return "\n".join(map(printable, value))
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return value


def listed(items: Iterable[str], margin: str = "") -> str:
    """Encoded values as a JSON array, one a line; an empty one on the same line."""
    lines = ",\n".join(f"{margin}  {item}" for item in items)
    return f"[\n{lines}\n{margin}]" if lines else "[]"
