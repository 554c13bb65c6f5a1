"""JSON as text: the two ways in which every command writes it."""

import json
from collections.abc import Iterable


def json_text(value: object, *, is_ascii: bool = False) -> str:
    """A small value, one item a line."""
    return json.dumps(value, indent=1, ensure_ascii=is_ascii) + "\n"


def json_lines(
    head: object, key: str, items: Iterable[str], tail: object = None, *, is_ascii: bool = False
) -> str:
    """An object with one long list, an item of it a line: it diffs well and reads well.

    Args:
        head: the object with the keys before the list.
        key: the name of the list.
        items: its items, as JSON already.
        tail: the object with the keys after the list.
        is_ascii: whether every other character is written as an escape.
    """
    before, after = (
        json.dumps(part, check_circular=False, ensure_ascii=is_ascii) for part in (head, tail)
    )
    lines = ",\n  ".join(items)
    listed = f"[\n  {lines}]" if lines else "[]"
    end = "}" if tail is None else f",\n {after[1:]}"
    return f'{before[:-1]},\n "{key}": {listed}{end}\n'
