"""Texts as fingers would never leave them: every question has an answer, within the text."""

from collections.abc import Iterable
from random import Random

import pytest
from editing_text import FAMILY

from cnncalc.editor.actions import actions
from cnncalc.editor.colours import words
from cnncalc.editor.completion import complete
from cnncalc.editor.document import Document
from cnncalc.editor.hints import hints, lenses
from cnncalc.editor.hover import hover
from cnncalc.editor.names import RenameError, apply, rename
from cnncalc.editor.outline import Part, folds, outline
from cnncalc.editor.signature import signature
from cnncalc.spec.library import find

TEXTS = [FAMILY, *(find(name).text for name in ("resnet", "googlenet", "cspnet", "unet"))]
PIECES = [
    *" \n\t[]{}:,-#'\"&*!|>%@`=()x0.", "é", "\U0001f600", "\u2028", "- ", ": ", "\n  - ",
    "repeat 3:", "expect:", "for i in range(3):", "relu", "---\n",
]  # fmt: skip


def mangled(random: Random) -> str:
    """A spec in which a few stretches are gone, and others come in their place."""
    text = random.choice(TEXTS)
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text))
        end = start + random.choice([0, 0, 0, 1, 2, 10, 40])
        new = "".join(random.choice(PIECES) for _ in range(random.randint(0, 3)))
        text = text[:start] + new + text[end:]
    return text


def check_within(document: Document, parts: Iterable[Part], start: int, end: int) -> None:
    for part in parts:
        first, last = document.range(part.span)
        assert start <= part.start <= first <= last <= part.end <= end
        check_within(document, part.parts, part.start, part.end)


@pytest.mark.parametrize("seed", range(60))
def test_every_question_has_an_answer(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same texts each time
    document = Document(mangled(random), "net.yaml")
    size = len(document.text)
    for finding in document.findings:
        assert finding.diagnostic.message
    assert all(0 <= one.offset <= size for one in hints(document))
    assert all(one.text for one in lenses(document))
    assert all(first < last <= len(document.lines) for first, last in folds(document))
    assert all(0 <= one.start < one.end <= size for one in words(document))
    check_within(document, outline(document), 0, size)
    for _ in range(4):
        offset = random.randrange(size + 1)
        found = complete(document, offset)
        assert 0 <= found.start <= offset <= found.end <= size
        told = hover(document, offset)
        assert told is None or 0 <= told.start <= told.end <= size
        signature(document, offset)
        actions(document, offset, offset)
        name = random.choice(["zz", "x", "unit", "relu", "a b"])
        try:
            edits = rename(document, offset, name)
        except RenameError:
            continue
        after = Document(apply(document, edits), "net.yaml")
        assert len(after.faults) <= len(document.faults)
