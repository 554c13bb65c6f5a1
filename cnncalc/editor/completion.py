"""What may stand at a place: ops, blocks, labels, variables, arguments and their values."""

import re
from collections.abc import Iterator

from cnncalc.editor.context import Context, context_at
from cnncalc.editor.document import Document
from cnncalc.editor.proposals import Proposal
from cnncalc.records import Record


class Completion(Record):
    """What is proposed at a place.

    Attributes:
        proposals: in the order in which they are shown.
        start: the offset from which on text is replaced.
        end: the offset up to which it is.
    """

    proposals: tuple[Proposal, ...]
    start: int
    end: int


def complete(document: Document, offset: int) -> Completion:
    """What may stand at an offset; nothing in a text that is no spec."""
    context = context_at(document, offset)
    start = offset - len(_word(context))
    if not document.may_become_spec:
        return Completion((), start, offset)
    seen: dict[str, Proposal] = {}
    for one in _proposed(document, context):
        seen.setdefault(one.label, one)
    return Completion(tuple(seen.values()), start, _end(document, offset))


def _word(context: Context) -> str:
    """What of a word stands before the place."""
    pattern = r"[\w%-]*$" if context.is_comment else r"[\w]*$"
    found = re.search(pattern, context.before)
    return found[0] if found else ""


def _end(document: Document, offset: int) -> int:
    """Where the word ends that the place is in."""
    found = re.compile(r"\w*").match(document.text, offset)
    return found.end() if found else offset


def _proposed(document: Document, context: Context) -> Iterator[Proposal]:
    # Each family of proposals is loaded for the places that ask for it.
    from cnncalc.editor import proposals_of_bodies as bodies  # noqa: PLC0415
    from cnncalc.editor import proposals_of_keys as keys  # noqa: PLC0415

    if context.is_comment:
        yield from keys.of_comment(context)
    elif not context.path and not context.is_item:
        yield from keys.of_top(document)
    elif context.numbers is not None:
        yield from keys.of_numbers(document, context)
    elif context.is_body:
        yield from bodies.of_body(document, context)
    else:
        yield from keys.of_section(document, context)
