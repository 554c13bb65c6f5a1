"""What a page says of a code, whichever record it has: a fault's name, its texts, its example."""

from typing import Any

from cnncalc.diagnostics import CODES


class Documented:
    """What a page says of a code; its fields are those of the record that has this as a base."""

    __slots__ = ()
    code: Any
    finds: Any
    because: Any
    example: Any

    @property
    def name(self) -> str:
        """The fault in a word or two: `dropped border`."""
        return CODES[self.code]

    @property
    def about(self) -> str:
        """What it finds, each paragraph in one line."""
        return unwrapped(self.finds)

    @property
    def why(self) -> str:
        """Why that matters, each paragraph in one line."""
        return unwrapped(self.because)

    @property
    def failing(self) -> str:
        """The example with its fault."""
        return _without("+", self.example)

    @property
    def passing(self) -> str:
        """The example without the fault: nothing is found."""
        return _without("-", self.example)


def unwrapped(text: str) -> str:
    """Paragraphs, each in one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _without(mark: str, example: str) -> str:
    lines = example.splitlines(keepends=True)
    return "".join(line[2:] or "\n" for line in lines if not line.startswith(mark))
