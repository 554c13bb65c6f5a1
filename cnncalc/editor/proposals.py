"""One thing that may stand at a place."""

from typing import Literal

from cnncalc.records import Record

Kind = Literal[
    "op", "block", "label", "variable", "parameter", "attribute", "word", "keyword", "metric",
    "unit", "key", "function", "value", "rule",
]  # fmt: skip
"""What a proposal is."""


class Proposal(Record):
    """A word, or a piece with holes, that may stand at a place.

    Attributes:
        label: what is shown, and matched with what is typed.
        kind: what it is.
        detail: a few words behind it.
        text: more about it, as Markdown.
        insert: what is written; None for the label.
        is_snippet: whether what is written has holes: `${1:out_channels}`.
    """

    label: str
    kind: Kind
    detail: str = ""
    text: str = ""
    insert: str | None = None
    is_snippet: bool = False


def hole(place: int, text: str) -> str:
    """A hole of a snippet, with what stands in it at first."""
    escaped = text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
    return f"${{{place}:{escaped}}}"
