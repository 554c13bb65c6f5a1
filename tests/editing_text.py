"""Texts with a mark where the cursor is."""

from cnncalc.editor.document import Document

MARK = "<CURSOR>"


def at_cursor(text: str, wanted: str | None = None) -> tuple[Document, int]:
    """A document without the mark, and the offset at which it was."""
    assert text.count(MARK) == 1
    offset = text.index(MARK)
    return Document(text.replace(MARK, ""), "net.yaml", wanted=wanted), offset


def marked(text: str, line: str) -> str:
    """A text in which the line that is given with a mark stands for the same line without."""
    plain = line.replace(MARK, "")
    assert text.count(plain) == 1, plain
    return text.replace(plain, line)
