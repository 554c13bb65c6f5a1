"""What the words of a spec are: for colours that follow the meaning."""

from collections.abc import Iterator
from typing import Literal

from cnncalc.diagnostics import Span
from cnncalc.editor.document import Document
from cnncalc.editor.names import all_names
from cnncalc.records import Record
from cnncalc.spec.syntax import Body, Choice, Loop, Merge, OpCall, Repeat, Share, Spec
from cnncalc.spec.walk import walk

Kind = Literal[
    "block", "parameter", "variable", "label", "variant", "op", "keyword",
]  # fmt: skip

KINDS: tuple[Kind, ...] = ("block", "parameter", "variable", "label", "variant", "op", "keyword")
"""What a word can be."""


class Word(Record):
    """A word of a text.

    Attributes:
        start: its offset.
        end: where it ends, on the same line.
        kind: what it is.
        is_definition: whether the name is defined there.
    """

    start: int
    end: int
    kind: Kind
    is_definition: bool = False


_OF_NAMES: dict[str, Kind] = {
    "block": "block",
    "parameter": "parameter",
    "variable": "variable",
    "label": "label",
    "input": "label",
    "head": "label",
    "variant": "variant",
}


def words(document: Document) -> tuple[Word, ...]:
    """The words that mean something, in the order of the text; none overlaps another."""
    spec = document.spec
    if spec is None or spec.is_translated or not document.is_spec:
        return ()
    found: dict[int, Word] = {}
    for name in all_names(document):
        for place, span in enumerate(name.places):
            is_definition = place < len(name.definitions)
            _add(document, found, span, _OF_NAMES[name.kind], is_definition=is_definition)
    for span, kind in _of_bodies(document, spec):
        _add(document, found, span, kind)
    ordered = sorted(found.values())
    kept: list[Word] = []
    for one in ordered:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _add(
    document: Document,
    found: dict[int, Word],
    span: Span,
    kind: Kind,
    *,
    is_definition: bool = False,
) -> None:
    start, end = document.range(span)
    text = document.text[start:end]
    if text and len(text.splitlines()) == 1:
        found.setdefault(start, Word(start, end, kind, is_definition))


def _of_bodies(document: Document, spec: Spec) -> Iterator[tuple[Span, Kind]]:
    """The ops and the keywords of bodies."""
    bodies: list[Body] = [spec.layers, *(block.body for block in spec.blocks.values())]
    bodies += [head.body for head in (*spec.outputs, *spec.auxiliary)]
    for body in bodies:
        for node in walk(body):
            if isinstance(node, OpCall):
                yield node.span, "op"
            elif isinstance(node, Repeat | Loop | Merge | Choice | Share):
                yield _first_word(document, node.span), "keyword"


def _first_word(document: Document, span: Span) -> Span:
    text = document.at(span)
    word = (text.split() or [""])[0]
    start = text.find(word)
    column = span.column + start
    return span._replace(end_line=span.line, column=column, end_column=column + len(word))
