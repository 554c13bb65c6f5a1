"""The document of a network as JSON."""

import json
from collections.abc import Mapping
from typing import Any

TABLES = (
    "metrics", "whole", "kinds", "fields", "origins", "sums", "formulas", "words", "layers",
    "files", "claims", "findings",
)  # fmt: skip
"""The long lists, an item of which is a line."""


def render_document(document: Mapping[str, Any]) -> str:
    """The document with a line for each item of its tables: it diffs well."""
    parts = (
        f'"{key}": {_table(value) if key in TABLES else _dumps(value)}'
        for key, value in document.items()
    )
    return "{" + ",\n ".join(parts) + "}\n"


def _table(items: list[Any]) -> str:
    return "[\n  " + ",\n  ".join(map(_dumps, items)) + "]" if items else "[]"


_dumps = json.JSONEncoder(check_circular=False, ensure_ascii=False).encode
