"""What may stand where one writes: the editor's completion, as the page asks for it."""

from collections.abc import Mapping
from typing import Any

from cnncalc.checks.networks import Plan
from cnncalc.edit.requests import RequestError, text_of
from cnncalc.editor.completion import complete
from cnncalc.editor.document import Document


def proposed(asked: Mapping[str, Any], file: str, plan: Plan) -> dict[str, Any]:
    """What may stand at the offset `at` of a text, and what of it is replaced.

    Offsets count characters, not halves of them as a browser's do. Nothing is proposed where the
    text is no spec.

    Raises:
        RequestError: it is no such request.
    """
    text, at = text_of(asked), asked.get("at")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= len(text):
        raise RequestError("a place is an offset within the text")
    found = complete(Document(text, file, plan), at)
    options = [
        {
            "label": one.label,
            "kind": one.kind,
            "detail": one.detail,
            "text": one.text,
            "insert": one.label if one.insert is None else one.insert,
            "is_snippet": one.is_snippet,
        }
        for one in found.proposals
    ]
    return {"start": found.start, "end": found.end, "options": options}
